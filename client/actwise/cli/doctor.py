"""`actwise doctor`: a network as somebody has it in, what is wrong with it out."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import get_args

from actwise.cli.backend import choose
from actwise.cli.describe import assemble
from actwise.contract.diagnosis import Diagnosis, Severity
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.reading import read_diagnosis

GRAVEST_FIRST: tuple[str, ...] = get_args(Severity)
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def run(file: str, settings: list[str], fail_on: str | None, url: str | None, as_json: bool) -> bool:
    """Diagnose the network in a file and print what was found; whether anything is as grave as `fail_on`."""
    counted = _counted(fail_on)
    context = assemble({}, {}, settings)
    request = read_diagnosis({"text": _text(file), "context": context})
    diagnosis = choose(url).diagnose(request)
    _print(diagnosis, as_json)
    return any(finding.severity in counted for finding in diagnosis.findings)


def _counted(fail_on: str | None) -> tuple[str, ...]:
    """The severities that make the command fail."""
    if fail_on is None:
        return ()
    if fail_on in GRAVEST_FIRST:
        return GRAVEST_FIRST[: GRAVEST_FIRST.index(fail_on) + 1]
    near = nearest_name(fail_on, GRAVEST_FIRST)
    hint = f": did you mean {near!r}?" if near else ""
    raise _fault(f"--fail-on {fail_on[:60]}: say {', '.join(GRAVEST_FIRST)}{hint}")


def _text(file: str) -> str:
    """What a file or standard input holds; UTF-16 too, which some shells write."""
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    encoding = _BYTE_ORDER_MARKS.get(raw[:2], "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _fault(f"this is no text: byte {error.start} does not belong to {encoding.upper()}") from None
    if not text:
        raise _fault("there is nothing to read")
    return text


def _fault(message: str) -> ContractError:
    return ContractError((Fault(pointer="", code="invalid", message=message),))


def _print(diagnosis: Diagnosis, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(diagnosis.model_dump_json(indent=2) + "\n")
        return
    from rich.console import Console

    from actwise.cli.findings import render

    render(diagnosis, Console())
