"""What a `when` may ask: the fields of a situation, each with the values it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from actwise.contract import vocabulary
from actwise.contract.names import ACTIVATIONS, nearest_name

Kind = Literal["word", "flag", "whole", "real", "text", "words"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, the closed list of its words, or the range of its numbers."""

    kind: Kind
    words: tuple[str, ...] = ()
    low: float = float("-inf")
    high: float = float("inf")

    def fault(self, value: Any) -> str | None:
        """Why a condition on this field cannot name the value; None when it can."""
        noun, types = _TYPES[self.kind]
        if not isinstance(value, types) or (isinstance(value, bool) and self.kind != "flag"):
            return f"takes {noun}, not {value!r}"
        if self.words and value not in self.words:
            return self._unknown_word(str(value))
        if self.numeric and not self.low <= float(value) <= self.high:
            return f"is between {self.low:g} and {self.high:g}, never {value}"
        return None

    @property
    def numeric(self) -> bool:
        """Whether bounds such as at_least make sense."""
        return self.kind in ("whole", "real")

    def _unknown_word(self, value: str) -> str:
        near = nearest_name(value, self.words)
        hint = f"did you mean {near!r}? " if near else ""
        return f"is never {value!r}: {hint}It can be {', '.join(self.words)}"


_TYPES: dict[Kind, tuple[str, tuple[type[Any], ...]]] = {
    "word": ("a word", (str,)),
    "flag": ("true or false", (bool,)),
    "whole": ("a whole number", (int,)),
    "real": ("a number", (int, float)),
    "text": ("text", (str,)),
    "words": ("words", (str,)),
}

# A situation names the finer kind of classification, so a rule on the bare word would never fire.
_TASKS = tuple(task for task in vocabulary.TASKS if task != "classification")

_FLAG = Field("flag")
_REAL = Field("real")
_COUNT = Field("whole", low=1)
_SHARE = Field("real", low=0, high=1)

FIELDS: dict[str, Field] = {
    "block": Field("text"),
    "role": Field("word", vocabulary.ROLES),
    "task": Field("word", _TASKS),
    "task_family": Field("word", ("classification", "regression", "other")),
    "layer_type": Field("word", vocabulary.LAYER_TYPES),
    "depth": Field("whole", low=1, high=10_000),
    "compute_budget": Field("word", vocabulary.COMPUTE_BUDGETS),
    "width": Field("whole", low=1, high=1_000_000),
    "normalization": Field("word", vocabulary.NORMALIZATIONS),
    "residual": _FLAG,
    "plain": _FLAG,
    "gated_ffn": _FLAG,
    "cell": Field("word", vocabulary.CELLS),
    "gate": Field("word", vocabulary.GATES),
    "modality": Field("word", get_args(vocabulary.Modality)),
    "optimizer": Field("word", get_args(vocabulary.Optimizer)),
    "framework": Field("word", get_args(vocabulary.Framework)),
    "precision": Field("word", get_args(vocabulary.Precision)),
    "deployment": Field("word", get_args(vocabulary.DeploymentTarget)),
    "int8": _FLAG,
    "operators": Field("words", ACTIVATIONS),
    "latency_critical": _FLAG,
    "input_derivatives": Field("whole", low=0, high=4),
    "privacy": Field("word", get_args(vocabulary.Privacy)),
    "adversarial": _FLAG,
    "intervals": _FLAG,
    "prefer": Field("word", get_args(vocabulary.Prefer)),
    "classes": _COUNT,
    "outputs": _COUNT,
    "target_low": _REAL,
    "target_high": _REAL,
    "target_integer": _FLAG,
    "target_mean": _REAL,
    "orders_of_magnitude": Field("real", low=0, high=300),
    "zero_share": _SHARE,
    "overdispersed": _FLAG,
    "heavy_tailed": _FLAG,
    "rows": _COUNT,
    "features": _COUNT,
    "imbalance": Field("real", low=0, high=0.5),
    "noise": Field("word", get_args(vocabulary.Noise)),
    "domain": Field("text"),
}
