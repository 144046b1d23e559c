"""`actwise doctor`: a network as somebody has it in, what is wrong with it out."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from actwise.cli.backend import choose
from actwise.cli.describe import assemble
from actwise.cli.options import FORMATS, LEVELS, Shape
from actwise.cli.streams import console, say
from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.contract.reading import read_diagnosis

_NEVER = LEVELS[-1]
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def run(file: str, settings: list[str], fail_on: str | None, form: str | None, url: str | None, shape: Shape) -> bool:
    """Diagnose the network in a file and print what was found; whether anything is as grave as `fail_on`."""
    faults = [*_unknown("--fail-on", fail_on, LEVELS), *_unknown("--format", form, FORMATS)]
    if faults:
        raise ContractError(tuple(faults))
    request, notes = _request(file, assemble({}, {}, settings))
    diagnosis = choose(url).diagnose(request)
    diagnosis = diagnosis.model_copy(update={"notes": (*notes, *diagnosis.notes)})
    _print(diagnosis, request, file, fail_on, form or {"full": "text"}.get(shape, shape))
    counted = _counted(fail_on or _NEVER)
    return any(finding.severity in counted for finding in diagnosis.findings)


def _counted(fail_on: str) -> Sequence[str]:
    """The severities that are at least this grave."""
    return () if fail_on == _NEVER else LEVELS[: LEVELS.index(fail_on) + 1]


def _unknown(flag: str, word: str | None, allowed: Sequence[str]) -> list[Fault]:
    """The fault of a word that a flag does not know, if it is one."""
    if word is None or word in allowed:
        return []
    near = nearest_name(word, allowed)
    hint = f": did you mean {near!r}?" if near else ""
    return [Fault(pointer=flag, code="not_allowed", message=f"{word[:60]}: say {', '.join(allowed)}{hint}")]


def _request(file: str, context: dict[str, Any]) -> tuple[DiagnosisRequest, tuple[str, ...]]:
    """What is asked, and what was noted when the file was read here."""
    if not file.lower().endswith(".onnx"):
        return read_diagnosis({"text": _text(file), "context": context}), ()
    found = _onnx(file)
    network = found.network.model_dump(mode="json", exclude_unset=True)
    return read_diagnosis({"network": network, "context": context}), tuple(found.notes)


def _onnx(file: str) -> Any:
    """What is found in an ONNX file."""
    try:
        onnx = import_module("actwise.integrations.onnx")
    except ImportError:
        raise _fault("reading ONNX needs one more package: pip install 'actwise[onnx]'") from None
    return onnx.examine(file)


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


def _print(diagnosis: Diagnosis, request: DiagnosisRequest, file: str, fail_on: str | None, form: str) -> None:
    if form == "json":
        say(diagnosis.model_dump_json(indent=2))
    elif form == "quiet":
        sys.stdout.writelines(f"{one.severity} {one.check} {one.where}\n" for one in diagnosis.findings)
    elif form == "sarif":
        from actwise.cli.sarif import sarif

        say(sarif(diagnosis, file, request.text))
    elif form == "junit":
        from actwise.cli.junit import junit

        say(junit(diagnosis, file, _counted(fail_on or "error")))
    else:
        from actwise.cli.findings import render

        render(diagnosis, console())
