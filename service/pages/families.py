"""The families of activations, as the atlas groups them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Functions of one build: a title, what they share, and their names."""

    key: str
    title: str
    words: str
    members: tuple[str, ...]


FAMILIES = (
    Family(
        "rectifiers",
        "Rectifiers",
        "Zero, or a smaller slope, for negative inputs; all but the squared one are made of straight pieces.",
        ("relu", "leaky_relu", "prelu", "rrelu", "relu6", "clipped_relu", "squared_relu"),
    ),
    Family(
        "exponential",
        "Exponential units",
        "The input itself where it is positive; below zero an exponential curve that pulls the mean towards zero.",
        ("elu", "celu", "selu"),
    ),
    Family(
        "self-gated",
        "Self-gated",
        "The input times a soft gate of itself: smooth or nearly so, with a dip below zero.",
        ("gelu", "gelu_tanh", "quick_gelu", "silu", "swish", "mish", "hard_swish"),
    ),
    Family(
        "smooth-rectifiers",
        "Smooth rectifiers",
        "Rectifiers without the kink, always rising.",
        ("softplus", "shifted_softplus", "squareplus"),
    ),
    Family(
        "sigmoids",
        "Sigmoids",
        "Bounded at both ends: for gates, for outputs with limits, and for hidden layers that must not grow.",
        ("sigmoid", "hard_sigmoid", "tanh", "lecun_tanh", "penalized_tanh", "hard_tanh", "softsign"),
    ),
    Family(
        "periodic",
        "Periodic",
        "They oscillate for ever: for signals as functions of coordinates and for what repeats.",
        ("sine", "snake"),
    ),
    Family(
        "gated-units",
        "Gated units",
        "Products of two linear branches, one of them through a gate; the curve is that of the gate.",
        ("glu", "reglu", "geglu", "swiglu"),
    ),
    Family(
        "linear-and-outputs",
        "Linear and output functions",
        "What turns raw outputs into predictions. Functions of a whole row are drawn for the first of two classes.",
        ("identity", "softmax", "log_softmax", "log_sigmoid", "exp"),
    ),
)
"""In the order of the atlas; every activation of the catalogue is in one."""

FAMILY_OF: Mapping[str, Family] = {name: family for family in FAMILIES for name in family.members}
