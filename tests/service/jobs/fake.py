"""A probe that trains nothing: its tasks sleep and hash, its report is a digest of every result.

What a request wants of it is said in its field `domain`, as words: `width=4 rungs=2 sleep=0.2 poison=1`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from actwise.contract.answer import (
    OutputRanking,
    ProbeReport,
    Receipt,
    Recommendation,
    Scope,
)
from actwise.contract.quote import Quote
from actwise.contract.request import Probe, TaskDescription
from actwise.contract.situation import situations_of
from models.prior.past import Outcome, PastRace
from service.jobs.probing import Stopped, Task


def description(words: str = "", probe: bool = True, seed: int = 0) -> TaskDescription:
    """A request; `words` steer the fake probe, `seed` makes it another one."""
    return TaskDescription(
        task="classification",
        layer_type="dense",
        depth=3,
        compute_budget="low",
        domain=words or None,
        probe=Probe(seconds=1, seed=seed) if probe else None,
    )


class FakeRun:
    """Rungs of `width` tasks; the tasks of a rung depend on the results of the one before."""

    def __init__(self, plan: str) -> None:
        self._plan = json.loads(plan)
        self._rung = 0
        self._told: dict[str, str] = {}
        self._stopped: str | None = None

    @property
    def finished(self) -> bool:
        return self._stopped is not None or self._rung == self._plan["rungs"]

    def ask(self) -> Sequence[Task]:
        if self.finished:
            return ()
        seed = self._digest()
        names = [f"{self._rung}.{place}" for place in range(self._plan["width"])]
        return [Task(name, json.dumps({"id": name, "seed": seed}), 1_000) for name in names]

    def tell(self, result: str) -> None:
        told = json.loads(result)
        self._told[told["id"]] = told["value"]
        if sum(name.startswith(f"{self._rung}.") for name in self._told) == self._plan["width"]:
            self._rung += 1

    def stop(self, reason: str) -> None:
        self._stopped = reason

    def report(self) -> ProbeReport:
        budget = 1_000 * self._plan["rungs"] * self._plan["width"]
        done = 1_000 * len(self._told)
        scope = self._stopped or "digest"
        return ProbeReport(
            network_steps_budget=budget,
            network_steps_done=done,
            progress=done / budget,
            data=self._digest() if self.finished else "",
            scope=scope,
        )

    def _digest(self) -> str:
        finished = sorted(item for item in self._told.items() if int(item[0].split(".")[0]) < self._rung)
        return hashlib.sha256(json.dumps(finished).encode()).hexdigest()


class FakeProbing:
    """`service.jobs.probing.Probing` without training. `diary`: folder where every start and end is noted."""

    def __init__(self, diary: Path | None = None) -> None:
        self._diary = diary

    def check(self, request: TaskDescription) -> None:
        return

    def resolve(self, request: TaskDescription, calibration: str | None) -> TaskDescription:
        assert request.probe
        steps = json.loads(calibration)["steps"] if calibration else 1_000
        probe = request.probe.model_copy(update={"network_steps": round(steps * request.probe.seconds)})
        return request.model_copy(update={"probe": probe})

    def quote(self, request: TaskDescription, calibration: str | None) -> Quote:
        resolved = self.resolve(request, calibration)
        return Quote(seconds=1.0, cores=1, network_steps=(resolved.probe and resolved.probe.network_steps) or 0)

    def recommend(self, request: TaskDescription, report: ProbeReport | None = None) -> Recommendation:
        digest = hashlib.sha256(request.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:20]
        return Recommendation(
            id=f"rec_{digest}",
            status="complete" if report or request.probe is None else "queued",
            request=request,
            assumptions=(),
            summary=("a", "b"),
            hidden=(),
            output=OutputRanking(ranking=()),
            flips=(),
            not_checked=(),
            scope=Scope(basis=(), covers=""),
            probe=report,
            receipt=Receipt(request=request, version="0", rules="0"),
        )

    def render(self, answer: Recommendation) -> bytes:
        return answer.model_dump_json().encode()

    def past(self, request: TaskDescription, plan: str, report: ProbeReport, identifier: str) -> Sequence[PastRace]:
        (situation,) = situations_of(request)
        outcomes = {"relu": Outcome(0.0, 0.5), "tanh": Outcome(-2.0, 0.5)}
        return (PastRace(f"{identifier}/hidden-0", situation, "synthetic fake", "accuracy", 1_000, "0", outcomes),)

    def plan(self, request: TaskDescription) -> str:
        words = dict(word.split("=") for word in (request.domain or "").split())
        if "unplannable" in words:
            raise ValueError("nothing can be planned for this")
        numbers = {"width": 4, "rungs": 2, "sleep": 0.02, "poison": -1, "bug": -1}
        return json.dumps({name: float(words.get(name, value)) for name, value in numbers.items()}, sort_keys=True)

    def open(self, plan: str) -> FakeRun:
        return FakeRun(json.dumps({name: int(value) for name, value in json.loads(plan).items()}))

    def train(self, plan: str, task: str, should_stop: Callable[[], bool]) -> str:
        wanted, words = json.loads(task), json.loads(plan)
        self._note("start", wanted["id"])
        if wanted["id"] == f"0.{int(words['poison'])}":
            os.kill(os.getpid(), signal.SIGKILL)
        if wanted["id"] == f"0.{int(words['bug'])}":
            raise ValueError("a bug in a task")
        end = time.monotonic() + words["sleep"]
        while time.monotonic() < end:
            if should_stop():
                self._note("stop", wanted["id"])
                raise Stopped
            time.sleep(0.01)
        self._note("end", wanted["id"])
        return json.dumps({"id": wanted["id"], "value": hashlib.sha256(task.encode()).hexdigest()})

    speed_name = "speeds"

    def calibrate(self) -> str:
        return json.dumps({"steps": 2_000})

    def _note(self, what: str, task: str) -> None:
        if self._diary:
            with (self._diary / "diary").open("a") as file:
                file.write(f"{what} {task} {os.getpid()}\n")
