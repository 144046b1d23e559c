"""What the jobs need of a probe, and nothing more: JSON goes in and out, so that any process can go on.

Everything here but `train` is cheap, and everything is a pure function of its arguments: the same plan
and the same results, told in any order, give the same report, whichever process asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from actwise.contract.answer import ProbeReport, Recommendation
from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from models.prior.past import PastRace


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of training; `payload` is JSON that `Probing.train` understands, `cost` is in network-steps."""

    id: str
    payload: str
    cost: int


class Stopped(Exception):
    """Raised by `Probing.train` after `should_stop` has answered True."""


class Run(Protocol):
    """A probe under way: hands out tasks and takes results; knows neither processes nor database."""

    @property
    def finished(self) -> bool:
        """Whether no result can change the report any more."""
        ...

    def ask(self) -> Sequence[Task]:
        """Every task that can run now; tasks handed out before may be among them."""
        ...

    def tell(self, result: str) -> None:
        """Take the result of one task, as `Probing.train` returned it."""
        ...

    def stop(self, reason: str) -> None:
        """End here ("deadline"): the report is made of what is known by now."""
        ...

    def report(self) -> ProbeReport: ...


class Probing(Protocol):
    """Everything that the jobs ask of the rest of Actwise."""

    def check(self, request: TaskDescription) -> None:
        """Raise ContractError for what only the service can see, such as a data set that it does not have."""
        ...

    def resolve(self, request: TaskDescription, calibration: str | None) -> TaskDescription:
        """The request with its budget in network-steps, from the stored speed of the machine."""
        ...

    def quote(self, request: TaskDescription, calibration: str | None) -> Quote:
        """What the request's probe would cost on the machine whose stored speed is given."""
        ...

    def recommend(self, request: TaskDescription, report: ProbeReport | None = None) -> Recommendation: ...

    def render(self, answer: Recommendation) -> bytes:
        """The answer in canonical JSON: equal answers give equal bytes."""
        ...

    def past(self, request: TaskDescription, plan: str, report: ProbeReport, identifier: str) -> Sequence[PastRace]:
        """What the history keeps of a finished probe, whose recommendation is called `identifier`."""
        ...

    def plan(self, request: TaskDescription) -> str: ...

    def open(self, plan: str) -> Run: ...

    def train(self, plan: str, task: str, should_stop: Callable[[], bool]) -> str:
        """Run one task to its end; raises Stopped soon after `should_stop()` has become true."""
        ...

    @property
    def speed_name(self) -> str:
        """Under which name the machine's speed is kept: what computes in another way has a speed of its own."""
        ...

    def calibrate(self) -> str:
        """Measure the speed of this machine: a JSON record for `resolve`. Takes seconds."""
        ...
