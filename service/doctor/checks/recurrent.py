"""Recurrent layers: cells, gates, and what keeps the fast kernels."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Fix, Layer
from service.doctor.base import Fault, check
from service.doctor.checks.families import BOUNDED, ROW_WISE
from service.doctor.fixes import keras_layer, pytorch_layer
from service.doctor.proofs import uses as proofs
from service.doctor.view import Missing, NetworkView

_GATED = ("lstm", "gru")


def _cell(layer: Layer) -> str | None:
    """rnn, lstm or gru, by the type's name."""
    text = (layer.type or "").lower()
    return next((cell for cell in (*_GATED, "rnn") if cell in text), None)


def _keras_default(layer: Layer, cell: str = '"tanh"', gate: str = '"sigmoid"') -> str:
    if _cell(layer) not in _GATED:
        return keras_layer(layer, cell)
    return keras_layer(layer, cell, recurrent_activation=gate)


@check(
    "fused-kernel-lost",
    "A recurrent layer that cannot use the fused GPU kernel",
    severity="advice",
    because="cuDNN computes one kind of cell: tanh, sigmoid gates, a bias, no dropout between steps, not unrolled.",
    needs=("framework", "activation", "gate_activation"),
    citations=("keras-gru", "tensorflow46065"),
)
def fused_kernel_lost(view: NetworkView) -> Iterator[Fault]:
    """A Keras LSTM or GRU with any setting that the fused kernel does not take."""
    for place, layer in view.recurrent():
        if _cell(layer) not in _GATED:
            continue
        if view.network.framework is None:
            raise Missing("framework")
        if view.network.framework != "keras":
            return
        reasons = _slow(layer)
        if reasons:
            yield Fault(
                (place,),
                f"{view.name(place)} falls back to a loop over time steps: {', '.join(reasons)}.",
                fix=Fix(sentence="Keep the defaults where speed on a GPU matters.", keras=_keras_default(layer)),
            )


def _slow(layer: Layer) -> list[str]:
    told = layer.parameters
    dropout = told.get("recurrent_dropout", 0)
    wrong = {
        f"activation is {layer.activation}": layer.activation not in (None, "tanh"),
        f"gates are {layer.gate_activation}": layer.gate_activation not in (None, "sigmoid"),
        "recurrent_dropout is above 0": isinstance(dropout, (int, float)) and dropout > 0,
        "unroll is set": told.get("unroll") is True,
        "the bias is left out": told.get("use_bias") is False,
        "reset_after is off": _cell(layer) == "gru" and told.get("reset_after") is False,
    }
    return [reason for reason, holds in wrong.items() if holds]


@check(
    "unbounded-recurrent-state",
    "An unbounded activation inside a recurrent cell",
    severity="warning",
    because="The state passes through the same weights at every step; without a bound it grows by a power of them.",
    needs=("activation",),
    citations=("le2015", "actwise-doctor"),
)
def unbounded_recurrent_state(view: NetworkView) -> Iterator[Fault]:
    """A cell activation without an upper bound, unless the recurrent weights start as the identity."""
    for place, layer in view.recurrent():
        if layer.activation is None:
            raise Missing("activation", f"the activation of the cell of {view.name(place)} is not told")
        if layer.activation in (*BOUNDED, *ROW_WISE) or "identity" in (layer.initialization or ""):
            continue
        torch = f'torch.nn.RNN({layer.inputs or "inputs"}, {layer.units or "units"}, nonlinearity="tanh")'
        yield Fault(
            (place,),
            f"The state of {view.name(place)} passes through {layer.activation} at every step.",
            proofs.state_growth(layer.activation, layer.units or view.width),
            Fix(
                sentence="Use tanh; a rectified cell needs recurrent weights that start as the identity, and clipping.",
                pytorch=torch if _cell(layer) == "rnn" else pytorch_layer(layer),
                keras=_keras_default(layer),
            ),
        )


@check(
    "gate-that-does-not-gate",
    "A gate whose values leave [0, 1]",
    severity="error",
    because="A gate says which share passes. Above one it multiplies what is remembered, below zero it turns its sign.",
    needs=("gate_activation",),
    citations=("greff2017", "actwise-doctor"),
)
def gate_that_does_not_gate(view: NetworkView) -> Iterator[Fault]:
    """Gates of an LSTM or GRU with an activation other than sigmoid or hard sigmoid."""
    for place, layer in view.recurrent():
        if _cell(layer) not in _GATED:
            continue
        gate = layer.gate_activation
        if gate is None:
            raise Missing("gate_activation", f"the activation of the gates of {view.name(place)} is not told")
        if gate in ("sigmoid", "hard_sigmoid"):
            continue
        yield Fault(
            (place,),
            f"The gates of {view.name(place)} use {gate}.",
            proofs.open_gate(gate),
            Fix(sentence="Use sigmoid gates.", pytorch=pytorch_layer(layer), keras=_keras_default(layer)),
        )


@check(
    "hard-sigmoid-gates",
    "Hard sigmoid gates, where other frameworks use sigmoid",
    severity="advice",
    because="Old Keras models use hard sigmoid gates. Their weights give other results in PyTorch or in new "
    "Keras layers.",
    citations=("keras-lstm",),
)
def hard_sigmoid_gates(view: NetworkView) -> Iterator[Fault]:
    """Hard sigmoid as the gate activation."""
    for place, layer in view.recurrent():
        if layer.gate_activation == "hard_sigmoid":
            yield Fault(
                (place,),
                f"The gates of {view.name(place)} use hard_sigmoid.",
                proofs.largest_difference("sigmoid", "hard_sigmoid"),
                Fix(sentence="Use sigmoid gates in new models.", keras=_keras_default(layer)),
            )


CHECKS = (fused_kernel_lost, unbounded_recurrent_state, gate_that_does_not_gate, hard_sigmoid_gates)
