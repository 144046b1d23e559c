"""Answers in this process, for the command line: no server, no database; probes on this machine's cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from actwise.contract.answer import ProbeReport, Recommendation
from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.faults import Problem
from actwise.contract.history import RecommendationEntry
from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription
from actwise.contract.situation import resolve
from actwise.errors import ActwiseError, RefusedError
from rules import RuleSet, RulesRefused
from service.advice.advisor import Advisor
from service.answering import Answering
from service.authoring.cases import Outcome
from service.learning.serving import learned_of
from service.probing.calibration import Calibration
from service.probing.plan import ProbePlan
from service.settings import Settings, SettingsError, read_settings

Progress = Callable[[ProbeReport], None]


class Local:
    """The command line's back end in this process.

    Raises ActwiseError for settings or house rules that cannot be used.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        try:
            self._settings = settings or read_settings()
            self._rules = RuleSet.load(self._settings.house_rules)
            self._learned = learned_of(self._settings.home)
        except (SettingsError, RulesRefused) as error:
            raise ActwiseError(str(error)) from None

    def recommend(self, request: TaskDescription, progress: Progress) -> Recommendation:
        """The answer; with a probe, after training on this machine's cores."""
        request, files = self._with_contents(request)
        answering = Answering(Advisor(self._rules, learned=self._learned), files)
        answering.check(request)
        if request.probe is None:
            return answering.answer(request)
        calibration = self._calibration()
        request = answering.fixed(request, calibration)
        plan, report = _probe(answering, request, calibration, progress)
        answer = answering.answer(request, report)
        self._remember(answering, request, plan, report, answer.id)
        return answer

    def quote(self, request: TaskDescription) -> Quote:
        """What a probe on this machine's cores would cost."""
        request, files = self._with_contents(request)
        answering = Answering(Advisor(self._rules, learned=self._learned), files)
        answering.check(request)
        return answering.quote(request, self._calibration())

    def _with_contents(self, request: TaskDescription) -> tuple[TaskDescription, Mapping[str, bytes]]:
        """The request with its file by fingerprint, and the contents that it may need."""
        data = request.probe.data if request.probe else None
        if data is None or data.dataset is None:
            return with_file(request)
        from service.datasets.local import local_contents

        return request, local_contents(self._settings)

    def diagnose(self, request: DiagnosisRequest) -> Diagnosis:
        """What is wrong with a network."""
        from service.doctor.consultation import consult

        return consult(request)

    def find(self, identifier: str) -> Recommendation:
        """An answer that a service on this machine keeps."""
        from service.local_history import LocalHistory

        return LocalHistory(self._settings).find(identifier)

    def history(self, *words: str, **fields: Any) -> Iterator[RecommendationEntry]:
        """What a service on this machine keeps."""
        from service.local_history import LocalHistory

        return LocalHistory(self._settings).history(*words, **fields)

    def read(self, path: str, **parameters: Any) -> Any:
        """What the API would give at `path`, from the application itself without a server."""
        from service.http.app import create_app
        from service.http.loading import load_reference
        from service.http.memory import MemoryRecommendations
        from service.http.passport_figures import passports
        from service.http.services import Services
        from service.learning.board import Board
        from service.learning.store import StoredHistory
        from service.passports.costs import Costs

        answering = Answering(Advisor(self._rules, learned=self._learned))
        kept = MemoryRecommendations(answering.advisor, lambda answer: answer.model_dump_json().encode())
        board = Board(self._rules, StoredHistory(self._settings.database_url).races)
        computed = passports(self._rules, Costs(self._settings.home))
        services = Services(kept, load_reference(self._rules), board=board.current, passports=computed)
        client = create_app(services).test_client()
        found = client.get(path, query_string=parameters)
        if found.status_code >= 400:
            raise RefusedError(Problem.model_validate_json(found.data))
        return found.get_json()

    def trace(self, request: TaskDescription) -> list[dict[str, Any]]:
        """For every block and rule, whether it fires and every condition that keeps it from it."""
        situations, _ = resolve(request)
        return [
            {"block": one.block, **found.model_dump(mode="json")}
            for one in situations
            for found in self._rules.trace(one)
        ]

    def _remember(
        self, answering: Answering, request: TaskDescription, plan: ProbePlan, report: ProbeReport, identifier: str
    ) -> None:
        """Keep what the probe found. The answer is worth having without it: a history that cannot be written is told
        on standard error."""
        from sqlalchemy.exc import SQLAlchemyError

        from service.learning.store import remember
        from service.probing.data import load

        def rows() -> int:
            assert plan.data is not None, "a refused plan has no races"
            return len(load(plan.data, answering.resolver).x_train)

        past = answering.past(request, plan, report, identifier, rows)
        try:
            remember(self._settings.database_url, past)
        except (OSError, SQLAlchemyError) as error:
            sys.stderr.write(f"this probe was not added to the history: {type(error).__name__}\n")

    def _calibration(self) -> Calibration:
        """This machine's speed: measured once, then kept in ACTWISE_HOME."""
        kept = self._settings.home / "speeds.json"
        try:
            return Calibration.model_validate_json(kept.read_bytes())
        except (OSError, ValidationError):
            return _measured(kept)


def _measured(kept: Path) -> Calibration:
    from service.probing.machine import calibrate

    calibration = calibrate(workers=os.cpu_count() or 1)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(calibration.model_dump_json())
    return calibration


def with_file(request: TaskDescription) -> tuple[TaskDescription, Mapping[str, bytes]]:
    """The request with its file's fingerprint in place of the path, and the content by fingerprint.

    Raises OSError when the file cannot be read.
    """
    probe = request.probe
    if probe is None or probe.data is None or probe.data.file is None:
        return request, {}
    path = Path(probe.data.file)
    content = path.read_bytes()
    fingerprint = sha256(content).hexdigest()
    data = probe.data.model_copy(update={"file": path.name, "fingerprint": fingerprint})
    fixed = request.model_copy(update={"probe": probe.model_copy(update={"data": data})})
    return fixed, {fingerprint: content}


def _probe(
    answering: Answering, request: TaskDescription, calibration: Calibration, progress: Progress
) -> tuple[ProbePlan, ProbeReport]:
    from service.probing.data import load
    from service.probing.processes import run_processes
    from service.probing.run import ProbeRun

    plan = answering.plan(request, calibration)
    run = ProbeRun(plan)
    if run.finished or plan.data is None:
        return plan, run.report()
    data = load(plan.data, answering.resolver)
    return plan, run_processes(run, data, workers=calibration.workers, on_progress=lambda now: progress(now.report()))


def run_cases_of(files: Sequence[Path], house: str | None) -> list[Outcome]:
    """How the cases in these files fare, house rules included.

    Raises OSError for a file that cannot be read, RulesRefused for rules that cannot be used.
    """
    from service.authoring.checking import run_cases

    texts = {file: file.read_text(encoding="utf-8", errors="replace") for file in files}
    advisor = Advisor(RuleSet.load(house))
    return [outcome for file, text in texts.items() for outcome in run_cases(text, str(file), advisor)]


def lint_rules(folder: str | None) -> list[str]:
    """Everything that is wrong with the rules, house rules included; empty when they can be used."""
    try:
        RuleSet.load(folder)
    except RulesRefused as refused:
        return [str(finding) for finding in refused.findings]
    return []
