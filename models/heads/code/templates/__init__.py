"""The templates of all losses, by the name of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from models.heads.code.templates import counts, dense, labels, numbers, survival, vectors
from models.heads.code.templates.base import PER_TARGET, Template

_FAMILIES = (labels, numbers, counts, survival, vectors, dense)
TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {name: template for family in _FAMILIES for name, template in family.TEMPLATES.items()}
)

OF_HEADS: Mapping[str, Template] = MappingProxyType(
    {
        "softmax_listwise": replace(
            TEMPLATES["soft_cross_entropy"],
            y="[lists, items] relevance as shares, z as [lists, items] too",
            predict="return z  # sort by it",
            units=PER_TARGET,
        ),
    }
)
"""Templates of single heads that say something else of the same loss."""

__all__ = ["OF_HEADS", "TEMPLATES", "Template"]
