"""Canonical activation names, the spellings other libraries use, and the nearest valid spelling."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ACTIVATIONS: tuple[str, ...] = (
    "identity",
    "sigmoid",
    "hard_sigmoid",
    "log_sigmoid",
    "tanh",
    "lecun_tanh",
    "penalized_tanh",
    "hard_tanh",
    "softsign",
    "relu",
    "relu6",
    "clipped_relu",
    "leaky_relu",
    "rrelu",
    "prelu",
    "elu",
    "celu",
    "selu",
    "softplus",
    "shifted_softplus",
    "squareplus",
    "gelu",
    "gelu_tanh",
    "quick_gelu",
    "silu",
    "swish",
    "mish",
    "hard_swish",
    "squared_relu",
    "sine",
    "snake",
    "glu",
    "reglu",
    "geglu",
    "swiglu",
    "softmax",
    "log_softmax",
    "exp",
)

ALIASES: dict[str, str] = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "hardsigmoid": "hard_sigmoid",
    "logsigmoid": "log_sigmoid",
    "lecuntanh": "lecun_tanh",
    "scaled_tanh": "lecun_tanh",
    "stanh": "lecun_tanh",
    "penalizedtanh": "penalized_tanh",
    "penalised_tanh": "penalized_tanh",
    "hardtanh": "hard_tanh",
    "clippedrelu": "clipped_relu",
    "relu20": "clipped_relu",
    "shiftedsoftplus": "shifted_softplus",
    "ssp": "shifted_softplus",
    "leakyrelu": "leaky_relu",
    "relu_squared": "squared_relu",
    "relu2": "squared_relu",
    "gelu_new": "gelu_tanh",
    "gelu_exact": "gelu",
    "quickgelu": "quick_gelu",
    "swish_1": "silu",
    "hardswish": "hard_swish",
    "h_swish": "hard_swish",
    "hswish": "hard_swish",
    "hard_silu": "hard_swish",
    "sin": "sine",
    "siren": "sine",
    "logsoftmax": "log_softmax",
    "exponential": "exp",
}


def canonical_name(name: str) -> str | None:
    """The canonical spelling of an activation's name, or None when nothing is called that.

    Case, spaces and hyphens do not matter: "Leaky-ReLU" gives "leaky_relu".
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key in ACTIVATIONS:
        return key
    return ALIASES.get(key) or ALIASES.get(key.replace("_", ""))


def nearest_name(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed word nearest in spelling to `name`, or None when none is near."""
    found = get_close_matches(name.strip().lower(), list(allowed), n=1, cutoff=0.6)
    return found[0] if found else None
