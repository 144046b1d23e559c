"""Activations whose value and slope are computed in one pass by a compiled kernel.

Each is the activation of the catalogue in every other respect. Arrays that no kernel can take (float64, or strides
within a member) go the catalogue's way; `value` and `work` decide, which `apply` and `pull` both see.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.activations.base import Activation
from models.activations.exponential_units import Celu, Elu, Selu
from models.activations.gated import GeGlu, Glu, ReGlu, SwiGlu
from models.activations.periodic import Sine, Snake
from models.activations.rectifiers import (
    ClippedRelu,
    LeakyRelu,
    ParametricRelu,
    RandomizedRelu,
    Relu,
    Relu6,
    SquaredRelu,
)
from models.activations.self_gated import Gelu, GeluTanh, HardSwish, Mish, QuickGelu, Silu, Swish
from models.activations.sigmoids import HardSigmoid, HardTanh, LeCunTanh, PenalizedTanh, Sigmoid, Softsign, Tanh
from models.activations.smooth_rectifiers import ShiftedSoftplus, Softplus, Squareplus
from models.kernels.elementwise import ByValue, WithSlope
from models.kernels.learned import Learned
from models.kernels.library import compiles


def fastest(activation: Activation, dtype: np.dtype[Any]) -> Activation:
    """The activation by its kernel where there is one, else itself."""
    return _COMPILED.get(activation.name, activation) if compiles(dtype) else activation


class _Relu(ByValue, Relu):
    compiled, compiled_pull = "relu", "relu_pull"


class _Relu6(ByValue, Relu6):
    compiled, compiled_pull = "relu6", "relu6_pull"


class _ClippedRelu(ByValue, ClippedRelu):
    compiled, compiled_pull = "clipped_relu", "clipped_relu_pull"


class _LeakyRelu(ByValue, LeakyRelu):
    compiled, compiled_pull = "leaky_relu", "leaky_relu_pull"


class _RandomizedRelu(ByValue, RandomizedRelu):
    compiled, compiled_pull = "rrelu", "rrelu_pull"


class _Sigmoid(ByValue, Sigmoid):
    compiled, compiled_pull = "sigmoid", "sigmoid_pull"


class _HardSigmoid(ByValue, HardSigmoid):
    compiled, compiled_pull = "hard_sigmoid", "hard_sigmoid_pull"


class _Tanh(ByValue, Tanh):
    compiled, compiled_pull = "tanh_", "tanh_pull"


class _LeCunTanh(ByValue, LeCunTanh):
    compiled, compiled_pull = "lecun_tanh", "lecun_tanh_pull"


class _PenalizedTanh(ByValue, PenalizedTanh):
    compiled, compiled_pull = "penalized_tanh", "penalized_tanh_pull"


class _HardTanh(ByValue, HardTanh):
    compiled, compiled_pull = "hard_tanh", "hard_tanh_pull"


class _Softsign(WithSlope, Softsign):
    compiled = "softsign"


class _SquaredRelu(WithSlope, SquaredRelu):
    compiled = "squared_relu"


class _Silu(WithSlope, Silu):
    compiled = "silu"


class _QuickGelu(WithSlope, QuickGelu):
    compiled = "quick_gelu"


class _Gelu(WithSlope, Gelu):
    compiled = "gelu"


class _GeluTanh(WithSlope, GeluTanh):
    compiled = "gelu_tanh"


class _Mish(WithSlope, Mish):
    compiled = "mish"


class _HardSwish(WithSlope, HardSwish):
    compiled = "hard_swish"


class _Elu(WithSlope, Elu):
    compiled = "elu"


class _Celu(WithSlope, Celu):
    compiled = "celu"


class _Selu(WithSlope, Selu):
    compiled = "selu"


class _Softplus(WithSlope, Softplus):
    compiled = "softplus"


class _ShiftedSoftplus(WithSlope, ShiftedSoftplus):
    compiled = "shifted_softplus"


class _Squareplus(WithSlope, Squareplus):
    compiled = "squareplus"


class _Sine(WithSlope, Sine):
    compiled = "sine"


class _ParametricRelu(Learned, ParametricRelu):
    learned = "prelu"


class _Swish(Learned, Swish):
    learned = "swish"


class _Snake(Learned, Snake):
    learned = "snake"


class _Glu(Glu):
    inner = _Sigmoid()


class _ReGlu(ReGlu):
    inner = _Relu()


class _GeGlu(GeGlu):
    inner = _Gelu()


class _SwiGlu(SwiGlu):
    inner = _Silu()


_BY_VALUE = (
    _Relu,
    _Relu6,
    _ClippedRelu,
    _LeakyRelu,
    _RandomizedRelu,
    _Sigmoid,
    _HardSigmoid,
    _Tanh,
    _LeCunTanh,
    _PenalizedTanh,
    _HardTanh,
)
_WITH_SLOPE = (
    _Softsign,
    _SquaredRelu,
    _Silu,
    _QuickGelu,
    _Gelu,
    _GeluTanh,
    _Mish,
    _HardSwish,
    _Elu,
    _Celu,
    _Selu,
    _Softplus,
    _ShiftedSoftplus,
    _Squareplus,
    _Sine,
)
_LEARNED = (_ParametricRelu, _Swish, _Snake)
_GATED = (_Glu, _ReGlu, _GeGlu, _SwiGlu)
_COMPILED: dict[str, Activation] = {made.name: made() for made in (*_BY_VALUE, *_WITH_SLOPE, *_LEARNED, *_GATED)}
