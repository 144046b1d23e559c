"""The application's use-case: check a request, fix its budget, plan its probe, answer it.

Both ways of running share it: the command line in one process, and the durable jobs of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from actwise.contract.answer import ProbeReport, Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from actwise.contract.situation import resolve, situations_of
from models.data.bundled import BUNDLED
from models.data.table import DataRefused
from models.networks.families import FAMILIES
from models.prior.past import PastRace
from service.advice.advisor import Advisor
from service.advice.formulas import read_formulas
from service.learning.rows import past_races
from service.probing.calibration import Calibration
from service.probing.data import Resolver, load, reference
from service.probing.plan import ProbePlan, plan_probe
from service.probing.quoting import quote_of

_POINTERS = {"wrong_task": "/task", "task_not_trainable": "/task", "one_class": "/probe/data/target"}
"""Where the fault lies for refusals that are not about the data alone."""


class Answering:
    """Answers requests, with or without a probe.

    Args:
        advisor: the pure function from request and report to answer.
        files: content of the callers' files by fingerprint, and of data sets by id, where this process has any.
    """

    def __init__(self, advisor: Advisor, files: Mapping[str, bytes] | None = None) -> None:
        self.advisor = advisor
        self._files = {} if files is None else files

    @property
    def resolver(self) -> Resolver:
        """Content of a stored file by its fingerprint; raises KeyError."""
        return self._files.__getitem__

    def check(self, request: TaskDescription) -> None:
        """Raise ContractError for formulas that cannot be used, for data that this process does not have, and for data
        on which no probe can be run."""
        read_formulas(request)
        data = request.probe.data if request.probe else None
        if data is None:
            return
        if data.name is not None and data.name not in BUNDLED:
            raise ContractError((_unknown_set(data.name),))
        if data.name is None and (data.file or data.fingerprint) and data.fingerprint not in self._files:
            message = (
                "files are read by the command line on your machine; here, name a bundled data set or leave data out"
            )
            fault = Fault(
                pointer="/probe/data", code="unknown_data", message=message, sent=data.file, allowed=tuple(BUNDLED)
            )
            raise ContractError((fault,))
        if data.dataset is not None and data.dataset not in self._files:
            raise ContractError((_unknown_dataset(data.dataset),))
        if data.dataset is not None:
            self._refuse_unusable(request)

    def _refuse_unusable(self, request: TaskDescription) -> None:
        """Raise ContractError when nothing can be learned from a data set as this request reads it."""
        try:
            first, seed = resolve(request)[0][0], request.probe.seed if request.probe else 0
            load(reference(request, first, seed, native=first.layer_type in FAMILIES), self.resolver)
        except DataRefused as refused:
            pointer = _POINTERS.get(refused.code, "/probe/data")
            raise ContractError((Fault(pointer=pointer, code=refused.code, message=refused.message),)) from None

    def fixed(self, request: TaskDescription, calibration: Calibration) -> TaskDescription:
        """The request with its probe's seconds turned into network-steps, which decide everything from then on."""
        probe = request.probe
        if probe is None or probe.network_steps is not None:
            return request
        plan = self.plan(request, calibration)
        steps = max(1, plan.network_steps)
        return request.model_copy(update={"probe": probe.model_copy(update={"network_steps": steps})})

    def plan(self, request: TaskDescription, calibration: Calibration) -> ProbePlan:
        """The probe of a request; refused plans say why."""
        situations, _ = resolve(request)
        return plan_probe(request, situations, self.advisor.entrants(request), calibration, self.resolver)

    def quote(self, request: TaskDescription, calibration: Calibration) -> Quote:
        """What the request's probe would cost, and which ranks it may change."""
        return quote_of(self.plan(request, calibration), self.advisor.recommend(request), calibration)

    def answer(self, request: TaskDescription, report: ProbeReport | None = None) -> Recommendation:
        """The answer, with what a probe found when there is a report."""
        return self.advisor.recommend(request, report)

    def past(
        self, request: TaskDescription, plan: ProbePlan, report: ProbeReport, identifier: str, rows: Callable[[], int]
    ) -> tuple[PastRace, ...]:
        """What the history keeps of a finished probe; `rows` tells how many it trained on, asked only where there is
        something to keep."""
        return past_races(identifier, situations_of(request), plan, report, rows()) if plan.races else ()


def _unknown_dataset(identifier: str) -> Fault:
    message = f"there is no data set {identifier[:60]!r}: it was deleted, or was never sent to this service"
    return Fault(pointer="/probe/data/dataset", code="unknown_data", message=message, sent=identifier)


def _unknown_set(name: str) -> Fault:
    near = nearest_name(name, BUNDLED)
    hint = f": did you mean {near!r}?" if near else ""
    message = f"there is no bundled data set {name[:60]!r}{hint}"
    return Fault(
        pointer="/probe/data/name",
        code="unknown_data",
        message=message,
        sent=name,
        allowed=tuple(BUNDLED),
        nearest=near,
    )
