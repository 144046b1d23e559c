"""Lines to paste for gated units: two branches, their product, and the way back, at the width that keeps the size."""

from __future__ import annotations

from functools import lru_cache

from actwise.contract.answer import Code
from models.activations import get
from models.theory import Start

_GLU = {
    "pytorch": "lambda gate, linear: torch.sigmoid(gate) * linear",
    "keras": "lambda gate, linear: keras.ops.sigmoid(gate) * linear",
    "jax": "lambda gate, linear: jax.nn.sigmoid(gate) * linear",
}
"""Frameworks have GLU as a function of one array with both branches; here the branches are apart, as in its kin."""

_MODEL_TO_INNER = 4


@lru_cache(maxsize=4096)
def gated_width(width: int) -> int:
    """The width of each branch with which three matrices hold as many weights as two of `width` units.

    Two thirds of it (Shazeer 2020, section 2), to the nearest multiple of 8 from 48 up; at least 1.
    """
    exact = 2 * width / 3
    return 8 * round(exact / 8) if width >= 48 else max(1, round(exact))


def width_caution(width: int, attention: bool) -> str:
    """What to tell those who replace a plain part of `width` units; in transformers `width` may be the model's."""
    told = (
        f"Make each branch {gated_width(width)} units wide where a plain part would have {width}: "
        "three matrices of two thirds of the width hold as many weights as two."
    )
    inner = _MODEL_TO_INNER * width
    if not attention:
        return told
    return f"{told} If {width} is the width of the model and {inner} that of its inner part, take {gated_width(inner)}."


def gated_code(name: str, start: Start, units: int) -> Code:
    """Code for `feed_forward`, with branches of `units` units; inputs and outputs are as wide as the model.

    PyTorch: `features`, the width of the model; Keras: the same; JAX: `fan_in`, the same, and a `key`.
    """
    names, gain = get(name).frameworks, f"{start.gain:.6g}"
    glu = name == "glu"
    return Code(
        pytorch=_pytorch(_GLU["pytorch"] if glu else str(names.pytorch), gain, units),
        keras=_keras(_GLU["keras"] if glu else str(names.keras), gain, units),
        jax=_jax(_GLU["jax"] if glu else str(names.jax), gain, units),
    )


def _pytorch(expression: str, gain: str, units: int) -> str:
    return "\n".join(
        (
            f"activation = {expression}",
            f"gate, linear = torch.nn.Linear(features, {units}), torch.nn.Linear(features, {units})",
            "for branch in (gate, linear):",
            f"    torch.nn.init.normal_(branch.weight, std={gain} / branch.in_features**0.5)",
            "    torch.nn.init.zeros_(branch.bias)",
            f"down = torch.nn.Linear({units}, features)",
            "feed_forward = lambda x: down(activation(gate(x), linear(x)))",
        )
    )


def _keras(expression: str, gain: str, units: int) -> str:
    settings = f'{gain}**2, mode="fan_in", distribution="untruncated_normal"'
    branch = f"keras.layers.Dense({units}, kernel_initializer=keras.initializers.VarianceScaling({settings}))"
    return "\n".join(
        (
            f"activation = {expression}",
            f"gate = {branch}",
            f"linear = {branch}",
            "down = keras.layers.Dense(features)",
            "feed_forward = lambda x: down(activation(gate(x), linear(x)))",
        )
    )


def _jax(expression: str, gain: str, units: int) -> str:
    return "\n".join(
        (
            f"activation = {expression}",
            "keys = jax.random.split(key, 3)",
            f"gate, linear = ({gain} / fan_in**0.5 * jax.random.normal(one, (fan_in, {units})) for one in keys[:2])",
            f"down = jax.random.normal(keys[2], ({units}, fan_in)) / {units}**0.5",
            "feed_forward = lambda x: activation(x @ gate, x @ linear) @ down",
        )
    )
