"""Does a probe take as long as its quote says? One probe of every kind of network, run in this process.

Run: PYTHONPATH=client:. python -m benchmarks.quotes [--seconds 15] [--kinds dense,conv]

The machine is measured first, as the service does once per database. A probe that is decided early ends early, so its
time is divided by the share of the quoted network-steps that it took. The goal is within a quarter on an idle machine;
the exit code is 1 when a kind misses it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from actwise.contract.reading import read_request
from models.training.run import run_task
from rules import RuleSet
from service.advice.advisor import Advisor
from service.answering import Answering
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.machine import calibrate
from service.probing.plan import ProbePlan
from service.probing.run import ProbeRun

KINDS: Mapping[str, Mapping[str, object]] = {
    "dense": {"layer_type": "dense"},
    "dense, depth 8": {"layer_type": "dense", "depth": 8},
    "conv": {"layer_type": "conv"},
    "LSTM": {"layer_type": "recurrent", "cell": "lstm"},
    "GRU": {"layer_type": "recurrent", "cell": "gru"},
    "Elman": {"layer_type": "recurrent", "cell": "rnn"},
    "attention": {"layer_type": "attention"},
    "graph": {"layer_type": "graph"},
}
TOLERANCE = 0.25


@dataclass(frozen=True)
class Outcome:
    """Seconds quoted and taken, and the share of the network-steps that was taken."""

    quoted: float
    took: float
    share: float

    @property
    def ratio(self) -> float:
        """Time over quote, for the steps that were taken."""
        return self.took / (self.quoted * self.share)


def main() -> int:
    """Measure and print; how the process should end."""
    options = _arguments()
    answering, calibration = Answering(Advisor(RuleSet.load(None))), calibrate(1)
    print(f"{'':18}{'quoted s':>10}{'took s':>10}{'steps taken':>13}{'time / quote':>14}")
    missed = 0
    for kind in options.kinds.split(",") if options.kinds else KINDS:
        found = _probe(answering, calibration, KINDS[kind], options.seconds)
        print(f"{kind:18}{found.quoted:10.1f}{found.took:10.1f}{found.share:13.0%}{found.ratio:14.2f}", flush=True)
        missed += abs(found.ratio - 1) > TOLERANCE
    return int(missed > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the duration of probes with their quotes.")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--kinds", help=f"some of: {', '.join(KINDS)}")
    return parser.parse_args()


def _probe(answering: Answering, calibration: Calibration, kind: Mapping[str, object], seconds: float) -> Outcome:
    body = {"task": "classification", "depth": 2, "compute_budget": "low", **kind}
    request = read_request({**body, "probe": {"seconds": seconds, "heads": False}})
    plan = answering.plan(answering.fixed(request, calibration), calibration)
    assert plan.refused is None, plan.refused
    return _run(plan)


def _run(plan: ProbePlan) -> Outcome:
    assert plan.data is not None
    assert plan.seconds is not None
    run, data = ProbeRun(plan), load(plan.data)
    started = time.perf_counter()
    while not run.finished:
        for task in run.ask():
            run.tell(run_task(task, data))
    took, report = time.perf_counter() - started, run.report()
    return Outcome(plan.seconds, took, report.network_steps_done / report.network_steps_budget)


if __name__ == "__main__":
    sys.exit(main())
