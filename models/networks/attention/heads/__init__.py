"""Multi-head attention over the steps of each row: by NumPy's products, or in float32 by compiled kernels."""

from __future__ import annotations

from collections.abc import Mapping

from models.activations.base import Array
from models.kernels.library import compiles
from models.networks.attention.heads.base import Heads, Kept, Scratch, head_parts
from models.networks.attention.heads.compiled import CompiledHeads
from models.networks.attention.heads.products import ProductHeads
from models.networks.shapes import AttentionShape

__all__ = ["Heads", "Kept", "Scratch", "head_parts", "make_heads"]


def make_heads(
    shape: AttentionShape, values: Mapping[str, Array], gradients: Mapping[str, Array], prefix: str
) -> Heads:
    """The attention of one block, computed in the fastest way for its numbers."""
    made = CompiledHeads if compiles(values[f"{prefix}.heads"].dtype) else ProductHeads
    return made(shape, values, gradients, prefix)
