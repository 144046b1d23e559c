"""The candidates of the theory, and the words its functions accept.

UnknownNameError(ValueError)   an activation, normalisation or framework that is not known, with the nearest spelling
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from models.activations import hidden_candidates

GATES = {"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu"}
"""The gated units f(u) v, each with the function f of its gate."""

CANDIDATES: tuple[str, ...] = (*(activation.name for activation in hidden_candidates()), *GATES)
"""Every candidate for hidden layers and then the gated units, in the order of all arrays of the theory."""

FRAMEWORKS = ("pytorch", "keras", "jax", "sklearn")

KINDS = {
    "none": "none",
    "weight": "none",
    "layer": "layer",
    "rms": "layer",
    "group": "layer",
    "batch": "batch",
    "instance": "batch",
}
"""What each normalisation is treated as.

Weight normalisation only fixes the lengths of weights, which a start does too. RMS and group normalisation take their
statistics over the units of one input, like layer normalisation; instance normalisation takes them per unit, like
batch.
"""


class UnknownNameError(ValueError):
    """A word that is not among those allowed; the message holds the nearest spelling."""


def check(what: str, word: str, allowed: Iterable[str]) -> None:
    """Raise UnknownNameError unless `word` is one of `allowed`."""
    known = tuple(allowed)
    if word in known:
        return
    near = get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(known)}"
    raise UnknownNameError(f"unknown {what} {word!r}: {hint}")


def check_depth(depth: int) -> None:
    """Raise ValueError unless `depth`, the number of hidden layers, is at least 1."""
    if depth < 1:
        raise ValueError(f"depth must be at least 1 hidden layer, got {depth}")
