"""A shell command as the trainer of a race.

In the command, `{activation}`, `{learning_rate}`, `{learning_rate_factor}`, `{seed}`, `{budget}`, `{unit}`, `{scheme}`,
`{gain}` and `{task}` stand for what is to be trained, quoted for the shell; the whole task is JSON in the environment
as ACTWISE_RACE_TASK. The last line of its output is the value; lines `report VALUE` or `report VALUE AT` tell partial
ones.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.race import RaceTask
from actwise.racing import Report

PLACES = (
    "activation",
    "learning_rate",
    "learning_rate_factor",
    "seed",
    "budget",
    "unit",
    "scheme",
    "gain",
    "task",
)
_PLACE = re.compile(r"(?<!\$)\{([a-z_]+)\}")
_PARTIAL = re.compile(r"report\s+(\S+)(?:\s+(\d+))?")
_TAIL = 400
_GRACE = 5.0


@dataclass(frozen=True)
class ShellTrainer:
    """Trains a task by a shell command; see the head of this module.

    Raises ContractError for a place that no task has, and when called with a task RuntimeError for a command that
    fails, ValueError for one whose last line is no number.
    """

    command: str

    def __post_init__(self) -> None:
        faults = [_unknown(name) for name in _PLACE.findall(self.command) if name not in PLACES]
        if faults:
            raise ContractError(tuple(faults))

    def __call__(self, task: RaceTask, report: Report) -> float:
        value = ""
        with tempfile.TemporaryFile("w+") as errors:
            with _running(self._filled(task), task, errors) as process:
                assert process.stdout is not None
                for line in filter(None, map(str.strip, process.stdout)):
                    partial = _PARTIAL.fullmatch(line)
                    value = partial[1] if partial else line
                    if partial:
                        report(_number(value), int(partial[2]) if partial[2] else None)
            if process.returncode:
                raise RuntimeError(f"the command ended with {process.returncode}: {_tail(errors)}")
        return _number(value)

    def _filled(self, task: RaceTask) -> str:
        values = _values(task)
        return _PLACE.sub(lambda found: shlex.quote(values[found[1]]), self.command)


def _values(task: RaceTask) -> dict[str, str]:
    rate = task.learning_rate if task.learning_rate is not None else task.learning_rate_factor
    return {
        "activation": task.activation,
        "learning_rate": f"{rate:g}",
        "learning_rate_factor": f"{task.learning_rate_factor:g}",
        "seed": str(task.seed),
        "budget": str(task.length),
        "unit": task.unit,
        "scheme": task.initialization.scheme,
        "gain": repr(task.initialization.gain),
        "task": task.id,
    }


@contextmanager
def _running(command: str, task: RaceTask, errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own, which ends with this block."""
    env = os.environ | {"ACTWISE_RACE_TASK": task.model_dump_json()}
    with subprocess.Popen(
        command, shell=True, text=True, stdout=subprocess.PIPE, stderr=errors, env=env, start_new_session=True
    ) as process:
        try:
            yield process
            process.wait()
        finally:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End the whole group; what does not listen for a few seconds is ended all the same."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"the last line of the command's output must be the value, not {text[:100]!r}") from None


def _tail(errors: IO[str]) -> str:
    errors.seek(0)
    return errors.read().strip()[-_TAIL:] or "it said nothing on standard error"


def _unknown(name: str) -> Fault:
    near = nearest_name(name, PLACES)
    hint = f": did you mean '{{{near}}}'?" if near else ""
    message = f"no task has {{{name}}}{hint}"
    return Fault(pointer="--train", code="not_allowed", message=message, sent=name, allowed=PLACES, nearest=near)
