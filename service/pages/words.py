"""Names of fields and values as a person reads them."""

from __future__ import annotations

from typing import Any

_SPELT = {
    "conv": "convolution",
    "dp_sgd": "DP-SGD",
    "int8": "int8",
    "rms": "RMS",
    "rnn": "plain RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "pytorch": "PyTorch",
    "keras": "Keras",
    "jax": "JAX",
    "sklearn": "scikit-learn",
    "sgd": "SGD",
    "adam": "Adam",
    "gated_ffn": "gated feed-forward",
    "edge_tpu": "edge TPU",
}
_FIELDS = {
    "target.low": "lowest target",
    "target.high": "highest target",
    "target.integer": "whole-number target",
    "target.mean": "mean target",
    "target.outputs": "targets at once",
    "deployment.target": "device",
    "deployment.int8": "8-bit weights (int8)",
    "deployment.operators": "operators of the device",
    "output.activation": "output activation",
    "output.loss": "loss",
    "rows": "training rows",
    "features": "inputs per row",
    "deny": "never these",
    "allow": "only these",
    "prefer": "preference",
    "formula": "own functions",
    "probe.seeds": "most repetitions",
    "probe.seed": "random seed",
    "probe.heads": "race output heads",
    "probe.gates": "race gates",
    "probe.data.dataset": "data set of yours",
    "probe.data.target": "column to predict",
    "probe.data.group": "column of groups",
    "probe.data.time": "column of times",
    "probe.data.ignore": "columns to leave out",
    "probe.data.form": "form of a row",
    "imbalance": "share of the rarest class",
}


def value_words(value: Any) -> str:
    """A value of the contract in words: `count_regression` is "count regression"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_words, value))
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    return _SPELT.get(value, str(value).replace("_", " ")) if value is not None else "not said"


def field_words(name: str) -> str:
    """A field's path in words: `target.zero_share` is "zero share", `layers.trunk.depth` "depth of trunk"."""
    if name in _FIELDS:
        return _FIELDS[name]
    path, _, last = name.rpartition(".")
    words = _SPELT.get(last, last.replace("_", " "))
    return f"{words} of {path.removeprefix('layers.')}" if path.startswith("layers.") else words


def counted(number: int, word: str) -> str:
    """The number with its word, in the plural where it needs one."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def signed(number: float, digits: str = ".1f") -> str:
    """A number with its sign; what rounds to zero has none."""
    text = f"{number:+{digits}}"
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")
