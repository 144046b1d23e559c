"""Lines to paste: an activation with its start, in each framework."""

from __future__ import annotations

from functools import lru_cache

from actwise.contract.answer import Code
from models.formulas import resolve
from models.theory import Start

_CENTRE = {
    "pytorch": "layer.weight.data -= layer.weight.data.mean(dim=1, keepdim=True)",
    "keras": "kernel -= kernel.mean(axis=0, keepdims=True)",
    "jax": "kernel = kernel - kernel.mean(axis=0, keepdims=True)",
}


@lru_cache(maxsize=8192)
def hidden_code(name: str, start: Start) -> Code:
    """Code for one hidden layer `layer` of `units` units with `fan_in` inputs each.

    The activation, and weights with standard deviation gain / sqrt(fan_in).
    """
    names, gain = resolve(name).frameworks, f"{start.gain:.6g}"
    return Code(
        pytorch=_join(names.pytorch, *_pytorch(gain, start.centred)) if names.pytorch else None,
        keras=_join(names.keras, *_keras(gain, start.centred)) if names.keras else None,
        jax=_join(names.jax, *_jax(gain, start.centred)) if names.jax else None,
        sklearn=f"MLPClassifier(activation={names.sklearn})" if names.sklearn else None,
    )


def weighing_code(name: str) -> Code:
    """Code for attention weights from scaled `scores` [..., queries, keys].

    Softmax rows sum to one by themselves; other functions need their sum scaled by the number of keys or a bias.
    """
    names = resolve(name).frameworks
    return Code(
        pytorch=_weights(names.pytorch, "activation(scores)"),
        keras=_weights(names.keras, "keras.activations.get(activation)(scores)"),
        jax=_weights(names.jax, "activation(scores)"),
    )


def _weights(expression: str | None, applied: str) -> str | None:
    return f"activation = {expression}\nweights = {applied}" if expression else None


def _join(expression: str, *lines: str) -> str:
    return "\n".join((f"activation = {expression}", *lines))


def _pytorch(gain: str, centred: bool) -> list[str]:
    lines = [
        f"torch.nn.init.normal_(layer.weight, std={gain} / layer.in_features**0.5)",
        "torch.nn.init.zeros_(layer.bias)",
    ]
    return [*lines[:1], _CENTRE["pytorch"], *lines[1:]] if centred else lines


def _keras(gain: str, centred: bool) -> list[str]:
    if not centred:
        settings = f'{gain}**2, mode="fan_in", distribution="untruncated_normal"'
        return [f"initializer = keras.initializers.VarianceScaling({settings})"]
    return [
        f"kernel = numpy.random.default_rng(seed).normal(0, {gain} / fan_in**0.5, (fan_in, units))",
        _CENTRE["keras"],
    ]


def _jax(gain: str, centred: bool) -> list[str]:
    lines = [f"kernel = {gain} / fan_in**0.5 * jax.random.normal(key, (fan_in, units))"]
    return [*lines, _CENTRE["jax"]] if centred else lines
