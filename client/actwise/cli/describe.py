"""From flags and files to the plain data of a request."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from actwise.contract.faults import ContractError, Fault

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Seconds from "20", "20s", "1.5m" or "1h". Raises ContractError otherwise."""
    number = text.strip().rstrip("hmins")
    unit = text.strip()[len(number) :] or "s"
    try:
        return float(number) * _UNITS[unit]
    except (ValueError, KeyError):
        raise _fault("/probe/seconds", f"{text!r} is no duration: say 20s, 1.5m or 1h") from None


def read_file(path: Path) -> Any:
    """The plain data of a JSON or YAML file, told apart by its ending (.json, or .yaml / .yml)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault("", f"{path} is no text: byte {error.start} does not belong to UTF-8") from None
    return _yaml(text, str(path)) if path.suffix.lower() in (".yaml", ".yml") else _json(text, str(path))


def read_standard_input() -> Any:
    """The plain data of JSON or, where it does not look like JSON, of YAML on standard input."""
    text = sys.stdin.read()
    read = _json if text.lstrip().startswith(("{", "[")) else _yaml
    return read(text, "standard input")


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _fault("", f"{name} is no JSON: {error}") from None


def _yaml(text: str, name: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise _fault("", "YAML needs one more package: pip install 'actwise[yaml]'") from None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise _fault("", f"{name} is no YAML: {error}") from None


def assemble(base: Any, flags: dict[str, Any], settings: Sequence[str]) -> Any:
    """The request: the file's fields, over them the flags that were given, over them `field=value` settings."""
    if not isinstance(base, dict):
        return base
    data = dict(base)
    for field, value in flags.items():
        if value is not None:
            _put(data, field, value)
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals:
            raise _fault("", f"--set {setting}: say field=value, for example --set deployment.int8=true")
        _put(data, field.strip(), _value(value))
    return data


def _put(data: dict[str, Any], field: str, value: Any) -> None:
    *parents, last = field.split(".")
    for parent in parents:
        inner = data.get(parent)
        copy = dict(inner) if isinstance(inner, dict) else {}
        data[parent] = copy
        data = copy
    data[last] = value


def _value(text: str) -> Any:
    """JSON where it is JSON ("true", "3", "[1, 2]"), else the words themselves."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fault(pointer: str, message: str) -> ContractError:
    return ContractError((Fault(pointer=pointer, code="invalid", message=message),))
