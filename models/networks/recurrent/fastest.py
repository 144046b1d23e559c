"""Which layer computes a cell fastest, by the functions in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.kernels.library import compiles
from models.networks.recurrent.compiled_gru import CompiledGru, CompiledUsualGru
from models.networks.recurrent.compiled_lstm import CompiledLstm, CompiledUsualLstm
from models.networks.recurrent.elman import Elman
from models.networks.recurrent.functions import Function, HyperbolicTangent, Logistic
from models.networks.recurrent.gru import Gru
from models.networks.recurrent.layer import Layer
from models.networks.recurrent.lstm import Lstm
from models.networks.recurrent.usual_lstm import UsualLstm

LAYERS: dict[str, type[Layer]] = {layer.cell: layer for layer in (Elman, Lstm, Gru)}
COMPILED: dict[str, tuple[type[Layer], type[Layer]]] = {
    "lstm": (CompiledLstm, CompiledUsualLstm),
    "gru": (CompiledGru, CompiledUsualGru),
}
"""With sigmoid gates: for any function in the cell, and for a tanh."""


def layer_class(cell: str, functions: dict[str, Function], dtype: np.dtype[Any]) -> type[Layer]:
    """The fastest layer of a cell with these functions."""
    if not compiles(dtype):
        usual = isinstance(functions["gates"], Logistic) and isinstance(functions["cell"], HyperbolicTangent)
        return UsualLstm if cell == "lstm" and usual else LAYERS[cell]
    if cell not in COMPILED or functions["gates"].name != "sigmoid":
        return LAYERS[cell]
    return COMPILED[cell][functions["cell"].name == "tanh"]
