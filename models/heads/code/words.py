"""How each framework spells the words of the templates, and the helpers that a body may call."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SAME = ("exp", "log", "log1p", "abs", "sqrt", "tanh", "maximum", "minimum", "cumsum", "sum", "mean", "where", "arange")
_SHARED = (*_SAME, "reshape", "einsum", "arctan2", "logaddexp")
CROSS_ENTROPY: Mapping[str, str] = {
    "pytorch": "return F.cross_entropy(z, y)",
    "keras": "return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True))",
    "jax": "return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z, -1), y[..., None], -1))",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "pytorch": {word: f"torch.{word}" for word in _SHARED}
    | {"softplus": "F.softplus", "sigmoid": "torch.sigmoid", "softmax": "torch.softmax", "relu": "F.relu"}
    | {"log_softmax": "torch.log_softmax", "logsumexp": "torch.logsumexp", "max": "torch.amax"}
    | {"clip": "torch.clamp", "concat": "torch.cat", "cross": "torch.linalg.cross", "array": "torch.tensor"}
    | {"lgamma": "torch.lgamma", "i0e": "torch.special.i0e", "descending": "torch.sort(z, -1, descending=True).values"}
    | {"round": "torch.round", "cross_entropy": CROSS_ENTROPY["pytorch"]},
    "keras": {word: f"keras.ops.{word}" for word in _SHARED}
    | {word: f"keras.ops.{word}" for word in ("softplus", "sigmoid", "softmax", "log_softmax", "relu", "logsumexp")}
    | {word: f"keras.ops.{word}" for word in ("max", "clip", "cross", "array", "round")}
    | {"concat": "keras.ops.concatenate", "lgamma": "ln_gamma", "descending": "-keras.ops.sort(-z, -1)"}
    | {"cross_entropy": CROSS_ENTROPY["keras"]},
    "jax": {word: f"jnp.{word}" for word in _SHARED}
    | {word: f"jax.nn.{word}" for word in ("softplus", "sigmoid", "softmax", "log_softmax", "relu", "logsumexp")}
    | {"max": "jnp.max", "clip": "jnp.clip", "concat": "jnp.concatenate", "cross": "jnp.cross", "array": "jnp.array"}
    | {"lgamma": "jax.scipy.special.gammaln", "i0e": "jax.scipy.special.i0e", "descending": "-jnp.sort(-z, -1)"}
    | {"round": "jnp.round", "cross_entropy": CROSS_ENTROPY["jax"]},
}
"""Keras has no Bessel function: what needs `i0e` has no lines there."""

HELPERS: Mapping[str, str] = {
    "stable_exp": (
        "def stable_exp(z):  # e**z, and its tangent above z = 30: finite in float32\n"
        "    c = {where}(z > 30, 30.0, z)\n"
        "    return {exp}(c) * (1 + z - c)"
    ),
    "log_softplus": (
        "def log_softplus(z):  # z itself far down, where softplus(z) is e**z\n"
        "    far = z < -20\n"
        "    return {where}(far, z, {log}({softplus}({where}(far, -20.0, z))))"
    ),
    "ln_gamma": (
        "def ln_gamma(x):  # Stirling's series at x + 8, stepped back\n"
        "    w = x + 8\n"
        "    steps = sum({log}(x + k) for k in range(8))\n"
        "    series = (1 / 12 - (1 / 360 - 1 / (1260 * w**2)) / w**2) / w\n"
        "    return (w - 0.5) * {log}(w) - w + 0.9189385332 + series - steps"
    ),
    "unit": ("def unit(v):  # scaled to length 1\n    return v / ({sum}(v**2, -1)[..., None] + 1e-16) ** 0.5"),
    "area": (
        "def area(s):  # of boxes, from distances to the left, right, top and bottom\n"
        "    return (s[..., 0] + s[..., 1]) * (s[..., 2] + s[..., 3])"
    ),
    "corners": (
        "def corners(b):  # of boxes, from centre and size\n    return b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2"
    ),
    "descending": "def descending(z):\n    return {descending}",
}


def filled(body: str, words: Mapping[str, str]) -> str | None:
    """A template's body with its words filled in; None when the framework lacks a word."""
    try:
        return body.format_map(words)
    except KeyError:
        return None


def helpers_of(lines: str, words: Mapping[str, str]) -> str:
    """The definitions of all helpers that the lines call, each followed by two empty lines."""
    called = [name for name in HELPERS if re.search(rf"\b{name}\(", lines)]
    return "".join(f"{filled(HELPERS[name], words)}\n\n\n" for name in called)
