"""One template: a loss in words that every framework spells its own way."""

from __future__ import annotations

from dataclasses import dataclass

CENTRE = "k = z.shape[-1] // 2\n"


@dataclass(frozen=True)
class Units:
    """Raw outputs of the last layer: so many for each class, for each target, and so many more."""

    classes: int = 0
    outputs: int = 0
    more: int = 0

    def number(self, classes: int, outputs: int) -> int:
        return self.classes * classes + self.outputs * outputs + self.more


PER_TARGET = Units(outputs=1)
PER_CLASS = Units(classes=1)
PER_STEP = Units(classes=1, more=-1)
TWICE = Units(outputs=2)
THRICE = Units(outputs=3)


@dataclass(frozen=True)
class Template:
    """A body in terms of z (raw outputs), y (targets) and words in braces.

    loss     lines that return the mean loss
    y        the shape of targets, and what they hold where that is not one column per unit
    predict  lines that return the prediction, for heads that the probe does not train
    units    raw outputs of the last layer for those same heads
    """

    loss: str
    y: str = "[rows, {outputs}]"
    predict: str = "return z"
    units: Units = PER_TARGET
