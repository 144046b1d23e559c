"""The fields of the form, made from the contract's own JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from actwise.contract.request import TaskDescription
from service.pages.words import field_words, value_words

Kind = Literal["choice", "number", "answer", "switch", "names", "text"]
"""`answer` is yes, no or not said; `switch` is on or off; `names` is a list."""

FIRST = ("task", "layer_type", "depth", "compute_budget")
"""The four that are asked first."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Task and target", ("classes", "target.*", "intervals", "physics_informed", "input_derivatives")),
    ("Network", ("width", "normalization", "residual", "gated_ffn", "cell", "optimizer", "formula")),
    ("Data", ("modality", "domain", "rows", "features", "imbalance", "noise")),
    ("Deployment", ("framework", "precision", "deployment.*", "privacy", "adversarial")),
    ("Preferences", ("prefer", "allow", "deny", "output.*")),
)
UNASKED = ("probe.network_steps", "probe.data.file", "probe.data.fingerprint")
"""What no person fills in: set by Actwise, or read by the command line alone."""

_LIMITS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
}
_LISTS = {"formula": "several are separated by ;", "probe.data.ignore": "separated by ;"}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its path in the request, and all that a form needs to show it.

    `options` are pairs of value and words; `default` is the value of a field that is left alone, as text.
    """

    name: str
    label: str
    kind: Kind
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""

    @property
    def numeric(self) -> bool:
        """Whether a small keyboard should show digits."""
        return self.kind == "number"


@cache
def form_fields() -> Mapping[str, FormField]:
    """Every field of a request that is a single value or a list of words, by its path."""
    schema = TaskDescription.model_json_schema()
    return {field.name: field for field in _fields(schema, schema["$defs"], "") if field.name != "layers"}


@cache
def block_fields() -> tuple[FormField, ...]:
    """The fields of one block of hidden layers."""
    schema = TaskDescription.model_json_schema()
    return tuple(_fields(schema["$defs"]["Block"], schema["$defs"], ""))


@cache
def groups() -> tuple[tuple[str, tuple[FormField, ...]], ...]:
    """The fields behind "more", by what they are about."""
    known = form_fields()

    def members(patterns: tuple[str, ...]) -> Iterator[FormField]:
        for pattern in patterns:
            part = pattern.removesuffix("*")
            yield from (known[name] for name in known if name == pattern or (part != pattern and name.startswith(part)))

    return tuple((title, tuple(members(patterns))) for title, patterns in GROUPS)


def probe_fields() -> tuple[FormField, ...]:
    """The fields of a probe that a person may fill in."""
    return tuple(field for name, field in form_fields().items() if name.startswith("probe.") and name not in UNASKED)


def _fields(schema: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[FormField]:
    for name, part in schema["properties"].items():
        single = _single(part)
        if "$ref" in single:
            yield from _fields(known[single["$ref"].rsplit("/", 1)[-1]], known, f"{path}{name}.")
        elif "$ref" not in single.get("items", {}):
            yield _field(f"{path}{name}", part, single)


def _single(part: Mapping[str, Any]) -> dict[str, Any]:
    """The type of a field that may also be null."""
    found = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    return dict(found[0]) if found else dict(part)


def _field(name: str, part: Mapping[str, Any], single: Mapping[str, Any]) -> FormField:
    default = part.get("default")
    kind = _kind(single, default)
    text = part.get("description") or single.get("description") or ""
    limits = " ".join(words.format(f"{single[key]:,}") for key, words in _LIMITS.items() if key in single)
    hint = _LISTS.get(name, "separated by commas") if kind == "names" else limits
    return FormField(
        name=name,
        label=field_words(name),
        kind=kind,
        help="; ".join(filter(None, (text, hint))),
        options=tuple((value, value_words(value)) for value in single.get("enum", ())),
        default=_text(default),
    )


def _text(default: Any) -> str:
    """A default as the form's text; empty where nothing, or no, is meant."""
    if default is None or default is False:
        return ""
    return "true" if default is True else f"{default:g}" if isinstance(default, float) else str(default)


def _kind(single: Mapping[str, Any], default: Any) -> Kind:
    if "enum" in single:
        return "choice"
    match single["type"]:
        case "boolean":
            return "switch" if default is False else "answer"
        case "integer" | "number":
            return "number"
        case "array":
            return "names"
    return "text"
