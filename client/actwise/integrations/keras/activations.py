"""What `activation=` of a Keras layer takes for each activation of the contract; learned ones are layers.

Functions and layers that Keras does not have are registered, so that models that hold them can be saved and loaded
where this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any, TypeVar

import keras
from keras import ops

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import canonical_name, nearest_name

Made = TypeVar("Made")


def _registered(made: Made) -> Made:
    """Let Keras find a function or class again when it loads a model."""
    keras.saving.register_keras_serializable(package="actwise")(made)
    return made


@_registered
def lecun_tanh(x: Any) -> Any:
    """1.7159 tanh(2 x / 3) (LeCun et al. 1998)."""
    return 1.7159 * ops.tanh(x * 2 / 3)


@_registered
def penalized_tanh(x: Any) -> Any:
    """tanh(x) for x > 0, a quarter of it below (Xu et al. 2016)."""
    return ops.leaky_relu(ops.tanh(x), negative_slope=0.25)


@_registered
def clipped_relu(x: Any) -> Any:
    """min(max(x, 0), 20) (Hannun et al. 2014)."""
    return ops.clip(x, 0.0, 20.0)


@_registered
def leaky_relu(x: Any) -> Any:
    """max(x, 0.01 x); Keras's own default slope is 0.2."""
    return ops.leaky_relu(x, negative_slope=0.01)


@_registered
def celu(x: Any) -> Any:
    """x for x > 0, else 2 (exp(x / 2) - 1); Keras's own default alpha is 1."""
    return ops.celu(x, alpha=2.0)


@_registered
def shifted_softplus(x: Any) -> Any:
    """log(1 + exp(x)) - log(2) (Schuett et al. 2017)."""
    return ops.softplus(x) - log(2)


@_registered
def squareplus(x: Any) -> Any:
    """(x + sqrt(x^2 + 4)) / 2 (Barron 2021)."""
    return ops.squareplus(x, b=4)


@_registered
def gelu_tanh(x: Any) -> Any:
    """GELU in its tanh form (Hendrycks and Gimpel 2016)."""
    return ops.gelu(x, approximate=True)


@_registered
def quick_gelu(x: Any) -> Any:
    """x sigmoid(1.702 x) (Hendrycks and Gimpel 2016)."""
    return x * ops.sigmoid(1.702 * x)


@_registered
def squared_relu(x: Any) -> Any:
    """max(x, 0)^2 (So et al. 2021)."""
    return ops.square(ops.relu(x))


@_registered
def sine(x: Any) -> Any:
    """sin(x)."""
    return ops.sin(x)


class Learned(keras.layers.Layer):  # type: ignore[misc]  # the library's classes are not typed here
    """An activation with one learned number per channel; channels are on `axis`."""

    initial = 1.0

    def __init__(self, axis: int = -1, **named: Any) -> None:
        super().__init__(**named)
        self.axis = axis

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Make the numbers for inputs of this shape."""
        axis = self.axis % len(input_shape)
        shape = [size if place == axis else 1 for place, size in enumerate(input_shape)]
        start = keras.initializers.Constant(self.initial)
        self.rate = self.add_weight(shape=tuple(shape), initializer=start, name="rate")
        self.built = True

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The shape of the inputs."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What makes it anew."""
        return {**super().get_config(), "axis": self.axis}


@_registered
class Swish(Learned):
    """x sigmoid(b x) with b learned from 1 (Ramachandran et al. 2017)."""

    def call(self, x: Any) -> Any:
        """Any shape to the same shape."""
        return x * ops.sigmoid(self.rate * x)


@_registered
class Snake(Learned):
    """x + sin^2(a x) / a with a learned from 1 and kept above 0.01 (Ziyin et al. 2020)."""

    def call(self, x: Any) -> Any:
        """Any shape to the same shape."""
        rate = ops.clip(self.rate, 0.01, 100.0)
        return x + ops.square(ops.sin(rate * x)) / rate


@_registered
class PReLU(Learned):
    """max(x, 0) + a min(x, 0) with one learned number per channel, from 0.25 (He et al. 2015).

    Keras's own has one for each value of an image, and starts at 0.
    """

    initial = 0.25

    def call(self, x: Any) -> Any:
        """Any shape to the same shape."""
        return ops.relu(x) - self.rate * ops.relu(-x)


FUNCTIONS: Mapping[str, str | Callable[[Any], Any]] = {
    "identity": "linear",
    "sigmoid": "sigmoid",
    "hard_sigmoid": "hard_sigmoid",
    "log_sigmoid": "log_sigmoid",
    "tanh": "tanh",
    "lecun_tanh": lecun_tanh,
    "penalized_tanh": penalized_tanh,
    "hard_tanh": "hard_tanh",
    "softsign": "softsign",
    "relu": "relu",
    "relu6": "relu6",
    "clipped_relu": clipped_relu,
    "leaky_relu": leaky_relu,
    "elu": "elu",
    "celu": celu,
    "selu": "selu",
    "softplus": "softplus",
    "shifted_softplus": shifted_softplus,
    "squareplus": squareplus,
    "gelu": "gelu",
    "gelu_tanh": gelu_tanh,
    "quick_gelu": quick_gelu,
    "silu": "silu",
    "mish": "mish",
    "hard_swish": "hard_silu",
    "squared_relu": squared_relu,
    "sine": sine,
    "exp": "exponential",
}
"""Keras's own name, or a function here."""

LEARNED: Mapping[str, type[Learned]] = {"prelu": PReLU, "swish": Swish, "snake": Snake}
"""The layers that learn their shape."""

NAMES = frozenset((*FUNCTIONS, *LEARNED))
"""All that Keras can have; the randomised leaky ReLU is not among them."""


def activation(name: str, axis: int = -1) -> Any:
    """What a layer's `activation=` takes, by any name of the activation: a name, a function, or an unbuilt layer.

    Raises ContractError for a name that is unknown, or of a function that Keras cannot have there.
    """
    known = canonical_name(name) or name
    if known in LEARNED:
        return LEARNED[known](axis=axis)
    if known not in FUNCTIONS:
        near = nearest_name(name[:60], NAMES)
        message = f"nothing for {name[:60]!r} in Keras" + (f": did you mean {near!r}?" if near else "")
        fault = Fault(pointer="/name", code="not_allowed", message=message, allowed=tuple(sorted(NAMES)), nearest=near)
        raise ContractError((fault,))
    return FUNCTIONS[known]
