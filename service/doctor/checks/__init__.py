"""The checks, one file for each family, in the order in which answers list them."""

from __future__ import annotations

from service.doctor.base import Check
from service.doctor.checks import (
    classes,
    depth,
    devices,
    logits,
    normalization,
    numbers,
    recurrent,
    roles,
    selu,
    stacks,
    training,
)

FAMILIES = {
    "What the loss is given": logits.CHECKS,
    "Classes": classes.CHECKS,
    "Numbers": numbers.CHECKS,
    "Layers": stacks.CHECKS,
    "SELU": selu.CHECKS,
    "Normalisation and dropout": normalization.CHECKS,
    "Depth": depth.CHECKS,
    "Recurrent layers": recurrent.CHECKS,
    "Devices and frameworks": devices.CHECKS,
    "Training": training.CHECKS,
    "Roles": roles.CHECKS,
}

CHECKS: tuple[Check, ...] = tuple(check for family in FAMILIES.values() for check in family)

__all__ = ["CHECKS", "FAMILIES"]
