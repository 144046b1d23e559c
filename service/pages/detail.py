"""What is behind one hidden choice: how to start it, lines to paste, and every claim."""

from __future__ import annotations

from dataclasses import dataclass

from actwise.contract.answer import Code, HiddenChoice, Initialization
from service.pages.claims import Cited, Known, Line, cited, lines
from service.pages.words import signed

FRAMEWORKS = (("pytorch", "PyTorch"), ("keras", "Keras"), ("jax", "JAX"), ("sklearn", "scikit-learn"))
_STARTS = {
    "pytorch_default": "PyTorch's default",
    "keras_default": "Keras's default",
    "flax_default": "Flax's default",
    "he": "He",
    "pytorch_gain": "PyTorch's calculate_gain",
    "forward_gain": "exact forward gain",
    "backward_gain": "exact backward gain",
    "recommended": "recommended here",
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines to paste; None where the framework lacks the function."""

    framework: str
    title: str
    lines: str | None


@dataclass(frozen=True, slots=True)
class StartRow:
    """What other usual starts of the weights would do."""

    names: str
    gain: float
    gradient: str
    variance: str


@dataclass(frozen=True, slots=True)
class Start:
    """How to start the weights."""

    scheme: str
    gain: str | None
    note: str | None
    others: tuple[StartRow, ...]
    conflicts: tuple[tuple[str, tuple[Cited, ...]], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What is behind one hidden choice: start, code, evidence."""

    name: str
    linked: bool
    chance: str
    start: Start
    lines: tuple[Line, ...]
    more_lines: tuple[Line, ...]
    cautions: tuple[str, ...]
    code: tuple[Snippet, ...]


def detail(one: HiddenChoice, known: Known) -> Detail:
    """What is behind a choice."""
    weighty, rest = lines(one.evidence, known)
    return Detail(
        name=one.activation,
        linked=one.activation in known.activations,
        chance=chance(one.probability_best),
        start=_start(one.initialization, known),
        lines=weighty,
        more_lines=rest,
        cautions=one.cautions,
        code=snippets(one.code, one.initialization.calls),
    )


def _start(one: Initialization, known: Known) -> Start:
    others = tuple(
        StartRow(
            ", ".join(_STARTS[name] for name in other.starts),
            other.gain,
            signed(other.gradient_decades),
            f"{other.variance_last:.2g}",
        )
        for other in one.alternatives
    )
    conflicts = tuple(
        (other.claim, tuple(cited(citation, known) for citation in other.citations)) for other in one.conflicts
    )
    gain = f"{one.gain:.4g}" if one.gain is not None else None
    return Start(one.scheme.replace("_", " "), gain, one.note, others, conflicts)


def snippets(code: Code, calls: Code | None = None) -> tuple[Snippet, ...]:
    """What to paste per framework; empty when no framework has the function."""
    found = []
    for key, title in FRAMEWORKS:
        function: str | None = getattr(code, key)
        start: str | None = getattr(calls, key) if calls else None
        found.append(Snippet(key, title, _started(function, start) if function and start else function))
    return tuple(found) if any(one.lines for one in found) else ()


def _started(function: str, start: str) -> str:
    """The function with the start of a layer of the block's own kind, which goes before the general one."""
    name, _, _ = function.partition("\n")
    return f"{name}\n{start}" if name.startswith("activation = ") else f"{function}\n\n{start}"


def chance(probability: float) -> str:
    """The chance to be the best, in whole percent."""
    return f"{probability:.0%}" if probability >= 0.01 else "< 1%"
