"""A trainer to be killed: python -m benchmarks.byot.trainer URL RACE NAME DIARY SECONDS.

It trains nothing: after some seconds it tells a value that is a function of the task alone. Every final result that
the server has taken is noted in the diary.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from math import log10

from actwise.client import Client
from actwise.contract.race import RaceResult, RaceTask, RaceTold
from actwise.races import Races
from actwise.racing import Report, Trainer

LEVELS = {"relu": 0.93, "gelu": 0.95, "tanh": 0.90}
PATIENCE = 120.0


def value_of(task: RaceTask) -> float:
    """What a task comes to: better with the candidate's level and with length, worse off the best learning rate."""
    what = repr((task.activation, task.seed, task.learning_rate_factor, task.length)).encode()
    noise = int.from_bytes(hashlib.sha256(what).digest()[:4], "big") / 2**32 - 0.5
    off = 0.03 * abs(log10(task.learning_rate_factor))
    return LEVELS.get(task.activation, 0.9) + 0.005 * task.seed - off - 0.1 / task.length + 0.01 * noise


class NotingRaces(Races):
    """Notes in a diary which results were taken; one line is one write, so that death cannot tear it."""

    diary = ""

    def tell(self, identifier: str, result: RaceResult | None = None, **fields: object) -> RaceTold:
        """As the client's; a final result is noted once its answer has come."""
        told = super().tell(identifier, result, **fields)
        if result is not None and result.kind == "final" and told.outcome == "counted":
            with open(self.diary, "ab", buffering=0) as file:
                file.write(f"{result.task} {result.value!r}\n".encode())
        return told


def main(url: str, race: str, name: str, diary: str, seconds: float) -> None:
    """Train until the race has ended."""

    def train(task: RaceTask, report: Report) -> float:
        time.sleep(seconds / 2)
        report(value_of(task) / 2)
        time.sleep(seconds / 2)
        return value_of(task)

    races = NotingRaces(Client(url)._send)
    races.diary = diary
    Trainer(races, race, train, name, PATIENCE).work()


if __name__ == "__main__":
    os.nice(1)
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]))
