"""What a loss is called in the frameworks and here, what it measures and what it wants to be given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Measures = Literal[
    "categorical", "binary", "focal", "squared", "absolute", "poisson", "gaussian", "wasserstein", "divergence", "other"
]
Takes = Literal["logits", "probabilities", "log_probabilities", "numbers", "unknown"]


@dataclass(frozen=True)
class ReadLoss:
    """A loss as the checks see it. `name` is the caller's own spelling."""

    name: str
    measures: Measures
    takes: Takes

    @property
    def labels(self) -> bool:
        """Whether the loss is one for classes."""
        return self.measures in ("categorical", "binary", "focal")


_KNOWN: dict[str, tuple[Measures, Takes]] = {
    "crossentropyloss": ("categorical", "logits"),
    "crossentropy": ("categorical", "logits"),
    "softcrossentropy": ("categorical", "logits"),
    "softmaxcrossentropy": ("categorical", "logits"),
    "softmaxcrossentropywithintegerlabels": ("categorical", "logits"),
    "categoricalcrossentropy": ("categorical", "probabilities"),
    "sparsecategoricalcrossentropy": ("categorical", "probabilities"),
    "nllloss": ("categorical", "log_probabilities"),
    "nll": ("categorical", "log_probabilities"),
    "bcewithlogitsloss": ("binary", "logits"),
    "bcewithlogits": ("binary", "logits"),
    "binarycrossentropywithlogits": ("binary", "logits"),
    "sigmoidbinarycrossentropy": ("binary", "logits"),
    "multilabelsoftmarginloss": ("binary", "logits"),
    "bceloss": ("binary", "probabilities"),
    "bce": ("binary", "probabilities"),
    "binarycrossentropy": ("binary", "probabilities"),
    "sigmoidfocalloss": ("focal", "logits"),
    "focal": ("focal", "logits"),
    "focalloss": ("focal", "logits"),
    "binaryfocalcrossentropy": ("focal", "probabilities"),
    "mseloss": ("squared", "numbers"),
    "mse": ("squared", "numbers"),
    "meansquarederror": ("squared", "numbers"),
    "squared": ("squared", "numbers"),
    "squarederror": ("squared", "numbers"),
    "l1loss": ("absolute", "numbers"),
    "l1": ("absolute", "numbers"),
    "mae": ("absolute", "numbers"),
    "meanabsoluteerror": ("absolute", "numbers"),
    "absolute": ("absolute", "numbers"),
    "huber": ("absolute", "numbers"),
    "huberloss": ("absolute", "numbers"),
    "smoothl1loss": ("absolute", "numbers"),
    "poissonnllloss": ("poisson", "unknown"),
    "poisson": ("poisson", "unknown"),
    "gaussiannllloss": ("gaussian", "numbers"),
    "gaussiannll": ("gaussian", "numbers"),
    "wasserstein": ("wasserstein", "numbers"),
    "wassersteinloss": ("wasserstein", "numbers"),
    "wgan": ("wasserstein", "numbers"),
    "wgangp": ("wasserstein", "numbers"),
    "kldivloss": ("divergence", "log_probabilities"),
    "kldivergence": ("divergence", "probabilities"),
}


def read_loss(name: str, from_logits: bool | None = None, framework: str | None = None) -> ReadLoss:
    """The loss called `name` in PyTorch, Keras or here; `from_logits` decides for losses that take either.

    Case, underscores and a module in front do not matter: "tf.keras.losses.BinaryCrossentropy(from_logits=True)" is
    understood. `binary_cross_entropy` is PyTorch's function of probabilities and our loss of logits; the framework
    tells which, and without one it is unknown what the loss takes. A name that is not known measures "other".
    """
    call, _, arguments = name.partition("(")
    key = re.sub(r"[^a-z0-9]", "", call.rsplit(".", 1)[-1].lower())
    measures, takes = _KNOWN.get(key, ("other", "unknown"))
    said = re.search(r"from_logits\s*=\s*(true|false)", arguments.lower())
    if from_logits is None and said:
        from_logits = said.group(1) == "true"
    if key == "binarycrossentropy" and "_cross_entropy" in call.lower() and framework is None:
        takes = "unknown"
    if from_logits is not None and measures in ("categorical", "binary", "focal") and takes != "log_probabilities":
        takes = "logits" if from_logits else "probabilities"
    return ReadLoss(name, measures, takes)
