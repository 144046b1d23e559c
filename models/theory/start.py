"""Starts: how initial weights are scaled, the schemes on offer, and what frameworks do by default."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

from models.activations import Activation, get
from models.theory.names import CANDIDATES, FRAMEWORKS, GATES, check


@dataclass(frozen=True)
class Start:
    """How the hidden weights start; biases start at zero unless the note says otherwise.

    Weights are drawn with standard deviation gain / sqrt(fan_in). Centred weights are then shifted, unit by unit, to
    sum to zero over the fan-in, which keeps the mean of the incoming activations from passing on. The first hidden
    layer is fed by standardised inputs, which have no mean to remove and no skip: where the start is not a published
    scheme it is drawn plain, with gain 1.
    """

    scheme: str
    gain: float
    centred: bool = False

    @property
    def note(self) -> str:
        """What the scheme's name leaves unsaid."""
        return SCHEMES[self.scheme]

    @property
    def input_gain(self) -> float:
        """Gain of the first hidden layer."""
        return 1.0 if self.scheme in _UNIT_INPUT else self.gain


_UNIT_INPUT = frozenset({"centred_normal", "scaled_branch_normal"})

SCHEMES: dict[str, str] = {
    "he_normal": "variance 2 / fan_in, for leaky functions 2 / ((1 + slope^2) fan_in)",
    "glorot_normal": "variance 1 / fan_in when fan-in and fan-out are equal",
    "lecun_normal": "variance 1 / fan_in",
    "exact_gain_normal": "keeps the mean square of the signal from layer to layer",
    "critical_normal": "keeps the size of the gradient from layer to layer",
    "tuned_normal": "balances signal and gradient over this depth",
    "centred_normal": "shift each unit's weights to sum to zero over its inputs; first hidden layer plain with gain 1",
    "scaled_branch_normal": "small weights on every residual branch; first hidden layer with gain 1",
    "pytorch_uniform": "biases uniform within 1 / sqrt(fan_in)",
    "glorot_uniform": "the same variance as glorot_normal",
    "sklearn_logistic_uniform": "a third of the variance of glorot_uniform; biases within the same bound",
}
"""Every scheme, each with what its name leaves unsaid."""


def default_start(name: str, framework: str) -> Start:
    """What a framework does when nobody asks: pytorch, keras, jax (Flax) or sklearn, for square layers.

    PyTorch's linear layer draws weights of variance 1 / (3 fan_in) whatever the activation; Keras uses Glorot, Flax
    LeCun normal; scikit-learn uses Glorot with a third of the variance for its logistic function.
    Raises UnknownNameError.
    """
    check("activation", name, CANDIDATES)
    check("framework", framework, FRAMEWORKS)
    if framework == "pytorch":
        return Start("pytorch_uniform", 1 / sqrt(3))
    if framework == "jax":
        return Start("lecun_normal", 1.0)
    if framework == "sklearn" and name == "sigmoid":
        return Start("sklearn_logistic_uniform", 1 / sqrt(3))
    return Start("glorot_uniform", 1.0)


USUAL = ("pytorch_default", "keras_default", "flax_default", "he", "pytorch_gain", "forward_gain", "backward_gain")
"""The starts that are compared with the recommended one: three defaults of frameworks, the published scheme of
rectifiers, the value of PyTorch's calculate_gain, and the gains that keep the signal's or the gradient's size."""

_PYTORCH_GAINS = {"identity": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": sqrt(2), "selu": 3 / 4}


def usual_gains(name: str, forward: float, backward: float) -> tuple[float, ...]:
    """The gain of each start in `USUAL`, given the two exact ones; NaN where calculate_gain knows no value."""
    defaults = (default_start(name, framework).gain for framework in ("pytorch", "keras", "jax"))
    return (*defaults, he_gain(name), pytorch_gain(name), forward, backward)


def pytorch_gain(name: str) -> float:
    """What `torch.nn.init.calculate_gain` returns for an activation; NaN where it raises an error.

    Leaky functions are asked for with their slope.
    """
    leaky = name not in GATES and get(name).facts.homogeneous and float(get(name).slope(-1.0)) > 0
    return he_gain(name) if leaky else _PYTORCH_GAINS.get(name, nan)


def standard_start(name: str) -> Start:
    """The published scheme for an activation, by its catalogue entry: He, Glorot or LeCun."""
    return Start("lecun_normal", 1.0) if name in GATES else standard_start_of(get(name))


def standard_start_of(activation: Activation) -> Start:
    """The published scheme for an activation that need not be in the catalogue."""
    if activation.scheme == "he":
        return Start("he_normal", he_gain_of(activation))
    return Start("glorot_normal" if activation.scheme == "glorot" else "lecun_normal", 1.0)


def he_gain(name: str) -> float:
    """He's gain: sqrt(2 / (1 + a^2)) with a the slope below zero of a leaky function, sqrt(2) for all others."""
    return he_gain_of(get(name))


def he_gain_of(activation: Activation) -> float:
    """He's gain of an activation that need not be in the catalogue."""
    slope = float(activation.slope(-1.0)) if activation.facts.homogeneous else 0.0
    return sqrt(2 / (1 + slope**2))
