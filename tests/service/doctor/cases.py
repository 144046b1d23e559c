"""For every check: a network with the fault, one that only looks like it, one that lacks a fact, and a number.

The number of a proof is computed here a second time, by another way than the proof's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import e, erf, exp, log, pi, sqrt
from typing import Any

import numpy as np

from actwise.contract.diagnosis import Network

Layers = list[dict[str, Any]]


def dense(units: int | None = 10, activation: str | None = "identity", **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation, **more}


def conv(units: int = 32, activation: str | None = "identity", **more: Any) -> dict[str, Any]:
    return {"kind": "conv", "units": units, "activation": activation, **more}


def act(name: str, **parameters: Any) -> dict[str, Any]:
    return {"kind": "activation", "activation": name, "parameters": parameters}


def norm(kind: str = "BatchNorm1d") -> dict[str, Any]:
    return {"kind": "normalization", "type": kind}


def drop(kind: str = "Dropout", p: float = 0.5) -> dict[str, Any]:
    return {"kind": "dropout", "type": kind, "parameters": {"p": p}}


def cell(
    kind: str = "LSTM", activation: str | None = "tanh", gate: str | None = "sigmoid", **more: Any
) -> dict[str, Any]:
    return {"kind": "recurrent", "type": kind, "units": 32, "activation": activation, "gate_activation": gate, **more}


def stack(activation: str | None, depth: int = 12, units: int = 64, **more: Any) -> Layers:
    return [*(dense(units, activation, inputs=units, **more) for _ in range(depth)), dense(1)]


def head(*layers: dict[str, Any], hidden: str | None = "relu") -> Layers:
    return [dense(64, hidden, inputs=20), *layers]


def network(layers: Layers, **facts: Any) -> Network:
    return Network.model_validate({"layers": layers, **facts})


@dataclass(frozen=True)
class Case:
    """One check's networks. `places` are the layers that the first finding must name; `number` of its proof."""

    fault: Network
    places: tuple[int, ...]
    near: Network
    missing: Network | None
    number: tuple[str, float] | None = None
    close: float = 1e-3


def second_moment(function: Callable[[Any], Any]) -> float:
    """E f(z)^2 by a plain sum, not by the catalogue's quadrature."""
    z = np.linspace(-12, 12, 480_001)
    return float((function(z) ** 2 * np.exp(-z * z / 2)).sum() * (z[1] - z[0]) / sqrt(2 * pi))


def rectified_variance_lost() -> float:
    """1 - corr(z, relu(z))^2 for z ~ N(0, 1): the correlation is (1/2) / sqrt(1/2 - 1/(2 pi))."""
    return 1 - 0.25 / (0.5 - 1 / (2 * pi))


SOFTMAXED = head(dense(10), act("softmax"))
MULTI = {"task": "multiclass_classification", "classes": 10}
SEVERAL = {"task": "multilabel_classification", "classes": 10}
BINARY = {"task": "binary_classification"}

CASES: dict[str, Case] = {
    "double-softmax": Case(
        network(SOFTMAXED, loss="CrossEntropyLoss"),
        (2,),
        network(SOFTMAXED, loss="categorical_crossentropy"),
        network(SOFTMAXED),
        ("floor", log(e + 9) - 1),
    ),
    "log-softmax-twice": Case(
        network(head(dense(10), act("log_softmax")), loss="CrossEntropyLoss"),
        (2,),
        network(head(dense(10), act("log_softmax")), loss="NLLLoss"),
        network(head(dense(10, None)), loss="CrossEntropyLoss"),
        ("same_gradient", 1.0),
    ),
    "sigmoid-before-logit-loss": Case(
        network(head(dense(1, "sigmoid")), loss="BCEWithLogitsLoss"),
        (1,),
        network(head(dense(1, "sigmoid")), loss="BCELoss"),
        network(head(dense(1, None)), loss="BCEWithLogitsLoss"),
        ("floor", (log(1 + exp(-1)) + log(2)) / 2),
    ),
    "no-probability": Case(
        network(head(dense(1)), loss="BCELoss"),
        (1,),
        network(head(dense(1)), loss="BinaryCrossentropy", from_logits=True),
        network(head(dense(1)), loss="binary_cross_entropy"),
        # P(z < 0) + P(z > 1) for a standard normal z
        ("outside", 0.5 + 0.5 * (1 - erf(1 / sqrt(2)))),
        0.05,
    ),
    "nll-without-log-softmax": Case(
        network(head(dense(10)), loss="NLLLoss"),
        (1,),
        network(head(dense(10), act("log_softmax")), loss="NLLLoss"),
        network(head(dense(10, None)), loss="NLLLoss"),
        # the cross-entropy of standard normal logits: E ln sum exp - 0, near ln 10 + 1/2 - (e - 1) / 20
        ("cross_entropy", log(10) + 0.5 - (e - 1) / 20),
        0.35,
    ),
    "nll-after-softmax": Case(
        network(SOFTMAXED, loss="NLLLoss"),
        (2,),
        network(SOFTMAXED, loss="CrossEntropyLoss"),
        network(head(dense(10, None)), loss="NLLLoss"),
        # p_0 (1 - p_0) and 1 - p_0 with p_0 = 1 / (9 + e^6): their ratio is 1 / p_0
        ("ratio", 9 + exp(6)),
    ),
    "sigmoid-with-categorical-loss": Case(
        network(head(dense(10, "sigmoid")), loss="CrossEntropyLoss"),
        (1,),
        network(head(dense(10, "softmax")), loss="categorical_crossentropy"),
        network(head(dense(10, "sigmoid"))),
        ("floor", log(1 + 9 / e)),
    ),
    "softmax-with-one-unit": Case(
        network(head(dense(1), act("softmax"))),
        (2,),
        network(head(dense(2), act("softmax"))),
        network(head(dense(None), act("softmax"))),
        ("lowest_output", 1.0),
    ),
    "sigmoids-for-one-label": Case(
        network(head(dense(10, "sigmoid")), loss="BCELoss", **MULTI),
        (1,),
        network(head(dense(10, "sigmoid")), loss="BCELoss", **SEVERAL),
        network(head(dense(10, "sigmoid")), loss="BCELoss"),
        ("mean_sum", 5.0),
        0.2,
    ),
    "softmax-for-several-labels": Case(
        network(SOFTMAXED, **SEVERAL),
        (2,),
        network(SOFTMAXED, **MULTI),
        network(SOFTMAXED),
        ("reached", 2 * log(2) / 10),
    ),
    "categorical-loss-for-several-labels": Case(
        network(head(dense(10)), loss="CrossEntropyLoss", **SEVERAL),
        (),
        network(head(dense(10)), loss="BCEWithLogitsLoss", **SEVERAL),
        network(head(dense(10)), loss="CrossEntropyLoss"),
        ("reached", log(2)),
        0.01,
    ),
    "units-and-classes": Case(
        network(head(dense(9)), loss="CrossEntropyLoss", **MULTI),
        (1,),
        network(head(dense(10)), loss="CrossEntropyLoss", **MULTI),
        network(head(dense(10)), loss="CrossEntropyLoss"),
        ("loss_at_start", log(9)),
    ),
    "softmax-over-the-batch": Case(
        network(head(dense(10), act("softmax", dim=0))),
        (2,),
        network(head(dense(10), act("softmax", dim=1))),
        network(head(dense(None), act("softmax", dim=0))),
        # every column adds up to one: 10 columns over 64 rows
        ("mean_row_sum", 10 / 64),
    ),
    "squashed-logits": Case(
        network(head(dense(10), act("tanh")), loss="CrossEntropyLoss"),
        (2,),
        network(head(dense(10)), loss="CrossEntropyLoss"),
        network(head(dense(10), act("tanh"))),
        ("floor", log(1 + 9 * exp(-2))),
    ),
    "squared-error-through-sigmoid": Case(
        network(head(dense(1, "sigmoid")), loss="mse", **BINARY),
        (1,),
        network(head(dense(1, "sigmoid")), loss="mse", task="bounded_regression"),
        network(head(dense(1, None)), loss="mse", **BINARY),
        # 2 (1 - p) p (1 - p) against 1 - p
        ("ratio", 1 / (2 * (1 / (1 + exp(6))) * (1 - 1 / (1 + exp(6))))),
    ),
    "squared-error-on-class-numbers": Case(
        network(head(dense(1)), loss="MSELoss", **MULTI),
        (1,),
        network(head(dense(1)), loss="MSELoss", task="ordinal", classes=10),
        network(head(dense(1)), loss="MSELoss"),
        ("best_prediction", 4.5),
    ),
    "half-precision-probabilities": Case(
        network(head(dense(1, "sigmoid")), loss="BCELoss", precision="float16"),
        (),
        network(head(dense(1)), loss="BCEWithLogitsLoss", precision="float16"),
        network(head(dense(1, "sigmoid")), loss="BCELoss"),
        # 1 - p below half of the spacing 2^-11 beneath 1
        ("first_logit", log(2**12 - 1)),
        0.02,
    ),
    "rare-class-without-bias": Case(
        network(head(dense(1)), loss="BCEWithLogitsLoss", imbalance=0.01, **BINARY),
        (1,),
        network(head(dense(1)), loss="BCEWithLogitsLoss", imbalance=0.4, **BINARY),
        network(head(dense(1)), loss="BCEWithLogitsLoss", **BINARY),
        ("loss_with_bias", -(0.01 * log(0.01) + 0.99 * log(0.99))),
    ),
    "focal-loss-without-bias": Case(
        network(head(dense(1)), loss="sigmoid_focal_loss", imbalance=0.01),
        (1,),
        network(head(dense(1, parameters={"bias_initialization": "prior"})), loss="sigmoid_focal_loss", imbalance=0.01),
        network(head(dense(1)), imbalance=0.01),
        # at even odds both classes differ by share and by alpha alone
        ("common_share", 0.99 * 0.75 / (0.99 * 0.75 + 0.01 * 0.25)),
    ),
    "rectified-regression-output": Case(
        network(head(dense(1, "relu")), task="regression"),
        (1,),
        network(head(dense(1)), task="regression"),
        network(head(dense(1, "relu"))),
        ("error_left", 0.5),
        0.05,
    ),
    "bounded-output-narrower-than-target": Case(
        network(head(dense(1, "tanh")), task="regression", target={"low": -2, "high": 2}),
        (1,),
        network(head(dense(1, "tanh")), task="regression", target={"low": -1, "high": 1}),
        network(head(dense(1, "tanh")), task="regression"),
        # mean of (|y| - 1)^2 over the outer half is 1/3, times 1/2, over the variance 4/3
        ("error_over_variance", (1 / 3 / 2) / (4 / 3)),
        2e-3,
    ),
    "bounded-output-wider-than-target": Case(
        network(head(dense(1, "tanh")), task="regression", target={"low": 0, "high": 1}),
        (1,),
        network(head(dense(1, "sigmoid")), task="regression", target={"low": 0, "high": 1}),
        network(head(dense(1, "tanh")), task="regression"),
        ("wasted", 0.5),
        0.05,
    ),
    "unbounded-output-for-bounded-target": Case(
        network(head(dense(1)), task="regression", target={"low": 0, "high": 1}),
        (1,),
        network(head(dense(1, "sigmoid")), task="regression", target={"low": 0, "high": 1}),
        network(head(dense(1)), task="regression"),
    ),
    "unbounded-output-for-positive-target": Case(
        network(head(dense(1)), task="positive_regression", loss="mse"),
        (1,),
        network(head(dense(1)), task="regression", loss="mse", target={"low": -1}),
        network(head(dense(1)), task="regression", loss="mse"),
    ),
    "counts-with-squared-error": Case(
        network(head(dense(1)), task="count_regression", loss="mse", target={"mean": 4}),
        (),
        network(head(dense(1)), task="count_regression", loss="PoissonNLLLoss"),
        network(head(dense(1)), task="count_regression"),
        ("ratio", 100.0),
        3.0,
    ),
    "half-precision-growth": Case(
        network(head(dense(1), act("exp")), precision="float16"),
        (2,),
        network(head(dense(1), act("exp")), precision="bfloat16"),
        network(head(dense(1), act("exp"))),
        ("limit", log(65504)),
    ),
    "rectified-embedding": Case(
        network(head(dense(128, "relu")), task="embedding"),
        (1,),
        network(head(dense(128)), task="embedding"),
        network(head(dense(128, "relu"))),
        # E relu(x) relu(y) / E relu^2 = (1 / 2 pi) / (1 / 2)
        ("mean_cosine", 1 / pi),
        0.05,
    ),
    "rectified-bottleneck": Case(
        network([dense(128, "relu"), dense(8, "relu"), dense(128, "relu"), dense(784)]),
        (1,),
        network([dense(128, "relu"), dense(8), dense(128, "relu"), dense(784)]),
        None,
        ("variance_lost", rectified_variance_lost()),
        0.1,
    ),
    "layers-without-activation": Case(
        network([dense(32, inputs=20), dense(10, "relu"), dense(1)]),
        (0, 1),
        network([dense(4, inputs=20), dense(10, "relu"), dense(1)]),
        network([dense(32, None, inputs=20), dense(10, "relu"), dense(1)]),
        ("rank", 10),
    ),
    "no-activation-anywhere": Case(
        network([dense(32), dense(32), dense(1)]),
        (0, 1, 2),
        network([dense(32), dense(32, "relu"), dense(1)]),
        network([dense(32, None), dense(32), dense(1)]),
        ("best_error", 0.25),
    ),
    "activation-after-activation": Case(
        network(head(act("tanh"), dense(1), hidden="relu")),
        (0, 1),
        network(head(norm(), act("tanh"), dense(1), hidden="relu")),
        None,
        # slopes: 1 above zero, and there tanh' = 1 - tanh^2
        ("gradient_of_both", sqrt(second_moment(lambda z: (z > 0) * (1 - np.tanh(z) ** 2)))),
        0.05,
    ),
    "softmax-inside": Case(
        network([dense(64, "softmax"), dense(10)]),
        (0,),
        network([dense(64, "relu"), dense(10, "softmax")]),
        None,
        ("mean", 1 / 64),
    ),
    "equal-weights": Case(
        network([dense(64, "relu", initialization="zeros"), dense(1)]),
        (0,),
        network([dense(64, "relu"), dense(1, initialization="zeros")]),
        None,
        ("rank", 1),
    ),
    "selu-with-normalization": Case(
        network([dense(64), norm(), act("selu"), dense(1)]),
        (2, 1),
        network([dense(64), norm(), act("elu"), dense(1)]),
        None,
        ("variance_gain_3", 1.0),
    ),
    "selu-start": Case(
        network(stack("selu", initialization="he_normal")),
        tuple(range(12)),
        network(stack("selu", initialization="lecun_normal")),
        network(stack("selu")),
        ("variance_lecun", 1.0),
    ),
    "selu-with-plain-dropout": Case(
        network([dense(64, "selu"), drop(p=0.1), dense(1)]),
        (1,),
        network([dense(64, "selu"), drop("AlphaDropout", 0.1), dense(1)]),
        None,
        # SELU gives mean 0 and second moment 1, and dropout divides the kept by 1 - p
        ("variance_plain", 1 / 0.9),
        0.03,
    ),
    "alpha-dropout-without-selu": Case(
        network([dense(64, "relu"), drop("AlphaDropout", 0.1), dense(1)]),
        (1,),
        network([dense(64, "selu"), drop("AlphaDropout", 0.1), dense(1)]),
        None,
        ("mean", 1 / sqrt(2 * pi)),
        0.02,
    ),
    "selu-with-residual": Case(
        network([dense(64, "selu"), {"kind": "addition"}, dense(64, "selu"), {"kind": "addition"}, dense(1)]),
        (0, 2),
        network([dense(64, "selu"), dense(64, "selu"), dense(1)]),
        None,
        ("variance", 3.0),
        1.0,
    ),
    "squared-relu-without-normalization": Case(
        network(stack("squared_relu", 4)),
        (0, 1, 2, 3),
        network([dense(64), norm("LayerNorm"), act("squared_relu")] * 4 + [dense(1)]),
        None,
        # q -> q^2 at the exact gain: (1.21 / 0.81) ** 2 ** 4
        ("ratio", (1.21 / 0.81) ** 16),
    ),
    "normalizers-in-a-row": Case(
        network([dense(64), norm(), norm(), act("relu"), dense(1)]),
        (1, 2),
        network([dense(64), norm(), act("relu"), dense(64), norm(), dense(1)]),
        None,
    ),
    "bias-before-batch-norm": Case(
        network([dense(64, parameters={"bias": True}), norm(), act("relu"), dense(1)]),
        (0,),
        network([dense(64, parameters={"bias": True}), norm("LayerNorm"), act("relu"), dense(1)]),
        None,
        ("wasted", 64),
    ),
    "dropout-before-batch-norm": Case(
        network([dense(64, "relu"), drop(p=0.5), dense(64), norm(), act("relu"), dense(1)]),
        (1, 3),
        network([dense(64), norm(), act("relu"), drop(p=0.5), dense(1)]),
        None,
        ("variance_ratio", 2.0),
        0.05,
    ),
    "batch-norm-behind-activation": Case(
        network([dense(8), norm(), act("relu"), dense(8), norm(), act("relu"), dense(8, "relu"), norm(), dense(1)]),
        (7,),
        network([dense(8, "relu"), norm(), dense(8, "relu"), norm(), dense(1)]),
        None,
    ),
    "normalized-output": Case(
        network(head(dense(1), norm()), task="regression"),
        (2,),
        network(head(norm(), dense(1)), task="regression"),
        network(head(dense(1), norm())),
        # ((y - 5) / 3 - y)^2 with y = 5 + 3 u: (5 + 2 u)^2 = 25 + 4, over the variance 9
        ("error_over_variance", 29 / 9),
        1.0,
    ),
    "sigmoid-in-depth": Case(
        network(stack("sigmoid", initialization="glorot_uniform")),
        tuple(range(12)),
        network(stack("sigmoid", 3, initialization="glorot_uniform")),
        network(stack("sigmoid")),
        # 11 steps of sqrt(E f'^2) near sqrt(0.0625 - ...): q settles near 0.29
        ("gradient_decades", 11 * log(0.2325, 10)),
        0.6,
    ),
    "softplus-in-depth": Case(
        network(stack("softplus")),
        tuple(range(12)),
        network(stack("softplus", 2)),
        None,
        ("similarity", 1.0),
        0.02,
    ),
    "tanh-start-in-depth": Case(
        network(stack("tanh", 20), framework="pytorch"),
        tuple(range(20)),
        network(stack("tanh", 20), framework="keras"),
        network(stack("tanh", 20)),
        # once the signal is small each layer multiplies the gradient by the gain 1 / sqrt(3)
        ("gradient_decades", -19 * 0.5 * log(3, 10)),
        0.6,
    ),
    "relu-start-in-depth": Case(
        network(stack("relu", 20), framework="pytorch"),
        tuple(range(20)),
        network(stack("relu", 20, initialization="he_normal")),
        network(stack("relu", 20)),
        # half of the slopes are one: a factor sqrt(1/3 * 1/2) per layer
        ("gradient_decades", -19 * 0.5 * log(6, 10)),
        1.0,
    ),
    "start-in-depth": Case(
        network(stack("gelu", 20, initialization="glorot_uniform")),
        tuple(range(20)),
        network(stack("gelu", 3, initialization="glorot_uniform")),
        network(stack("gelu", 20, initialization="my own")),
    ),
    "dead-at-the-start": Case(
        network(stack("relu", 20, 3)),
        tuple(range(20)),
        network(stack("relu", 20, 64)),
        None,
        ("bound", 1 - (1 - 2**-3) ** 20),
    ),
    "fused-kernel-lost": Case(
        network([cell(activation="relu"), dense(1)], framework="keras"),
        (0,),
        network([cell(), dense(1)], framework="keras"),
        network([cell(activation="relu"), dense(1)]),
    ),
    "unbounded-recurrent-state": Case(
        network([cell("SimpleRNN", "relu", None), dense(1)]),
        (0,),
        network([cell("SimpleRNN", "relu", None, initialization="identity"), dense(1)]),
        network([cell("SimpleRNN", None, None), dense(1)]),
    ),
    "gate-that-does-not-gate": Case(
        network([cell(gate="relu"), dense(1)]),
        (0,),
        network([cell(gate="hard_sigmoid"), dense(1)]),
        network([cell(gate=None), dense(1)]),
        ("memory", 1.1**100),
    ),
    "hard-sigmoid-gates": Case(
        network([cell(gate="hard_sigmoid"), dense(1)]),
        (0,),
        network([cell(), dense(1)]),
        None,
        # where hard_sigmoid reaches one: 1 - sigmoid(3)
        ("largest_difference", 0.07),
        0.03,
    ),
    "dip-before-int8": Case(
        network(stack("silu", 3), deployment={"int8": True}),
        (0, 1, 2),
        network(stack("relu6", 3), deployment={"int8": True}),
        network(stack("silu", 3)),
        ("levels_below_zero", 0.2784645 * 255 / 20.2784645),
        0.02,
    ),
    "operator-missing": Case(
        network(stack("gelu", 3), deployment={"operators": ["relu", "relu6"]}),
        (0, 1, 2),
        network(stack("relu", 3), deployment={"operators": ["relu", "relu6"]}),
        network(stack("gelu", 3)),
        ("transfers", 6),
    ),
    "hard-swish-on-edge-tpu": Case(
        network(stack("hard_swish", 3), deployment={"target": "edge_tpu"}),
        (0, 1, 2),
        network(stack("hard_swish", 3), deployment={"target": "mobile"}),
        network(stack("hard_swish", 3)),
        ("missing", 3),
    ),
    "costly-on-microcontroller": Case(
        network(stack("mish", 3), deployment={"target": "microcontroller"}),
        (0, 1, 2),
        network(stack("mish", 3), deployment={"target": "server"}),
        network(stack("mish", 3)),
    ),
    "two-gelus": Case(
        network([dense(64, "gelu"), dense(64, "gelu_tanh"), dense(1)]),
        (0, 1),
        network(stack("gelu", 2), framework="pytorch"),
        network(stack("gelu", 2)),
        ("largest_difference", 4.73e-4),
        0.01e-4,
    ),
    "leaky-slope-untold": Case(
        network([dense(64), act("leaky_relu"), dense(1)]),
        (1,),
        network([dense(64), act("leaky_relu", negative_slope=0.2), dense(1)]),
        None,
        ("gain_high", sqrt(2 / (1 + 0.3**2))),
    ),
    "second-derivative-of-a-line": Case(
        network(stack("relu", 3), input_derivatives=2),
        (0, 1, 2),
        network(stack("tanh", 3), input_derivatives=2),
        network(stack("relu", 3)),
        ("second_derivative", 0.0),
    ),
    "second-derivative-that-jumps": Case(
        network(stack("elu", 3), input_derivatives=2),
        (0, 1, 2),
        network(stack("elu", 3), input_derivatives=1),
        network(stack("elu", 3)),
        ("jump", 1.0),
    ),
    "gradient-that-jumps": Case(
        network(stack("relu", 3), input_derivatives=1),
        (0, 1, 2),
        network(stack("relu", 3), input_derivatives=0),
        network(stack("relu", 3)),
        ("jump", 1.0),
    ),
    "prelu-under-weight-decay": Case(
        network(stack("prelu", 3), weight_decay=0.01, learning_rate=0.01),
        (0, 1, 2),
        network(stack("prelu", 3), weight_decay=0.0),
        network(stack("prelu", 3)),
        ("slope", 0.25 * exp(-1)),
    ),
    "rectifier-under-privacy": Case(
        network(stack("relu", 3), privacy="dp_sgd"),
        (0, 1, 2),
        network(stack("tanh", 3), privacy="dp_sgd"),
        network(stack("relu", 3)),
    ),
    "kink-under-attack": Case(
        network(stack("relu", 3), adversarial=True),
        (0, 1, 2),
        network(stack("silu", 3), adversarial=True),
        network(stack("relu", 3)),
        ("largest_change", 1.0),
    ),
    "sine-without-start": Case(
        network(stack("sine", 3), framework="pytorch"),
        (0, 1, 2),
        network(stack("sine", 3, initialization="siren")),
        network(stack("sine", 3)),
        # rms of sin(z) is sqrt((1 - e^-2) / 2); weights have gain 1 / sqrt(3)
        ("phase_deviation", 30 * sqrt((1 - exp(-2)) / 2) / sqrt(3)),
        0.6,
    ),
    "unbounded-image-generator": Case(
        network(head(dense(784)), task="generation", modality="image", target={"low": -1, "high": 1}),
        (1,),
        network(head(dense(784, "tanh")), task="generation", modality="image", target={"low": -1, "high": 1}),
        network(head(dense(784)), task="generation", modality="image"),
        ("wasted", 1 - erf(1 / sqrt(2))),
        0.03,
    ),
    "bounded-critic": Case(
        network(head(dense(1, "sigmoid")), loss="wasserstein"),
        (1,),
        network(head(dense(1)), loss="wasserstein"),
        network(head(dense(1, "sigmoid"))),
        ("near", np.tanh(0.5)),
    ),
    "spread-that-is-not-positive": Case(
        network([dense(64, "tanh"), dense(1, "relu", name="std_head"), dense(1, name="mean")]),
        (1,),
        network([dense(64, "tanh"), dense(1, name="log_std"), dense(1, name="mean")]),
        network([dense(64, "tanh"), dense(1, None, name="std_head"), dense(1, name="mean")]),
        ("useless", 0.5),
        0.04,
    ),
    "rectified-value": Case(
        network(head(dense(4, "relu")), task="reinforcement_learning"),
        (1,),
        network(head(dense(4)), task="reinforcement_learning"),
        network(head(dense(4, "relu"))),
        ("error_left", 0.5),
        0.05,
    ),
}
