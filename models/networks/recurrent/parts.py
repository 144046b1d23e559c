"""The parameters of recurrent layers: their parts, and where these stand in one matrix per layer.

A layer sees its own state, its inputs and a one, as one column (h, x, 1), so that each step needs one product with
one matrix [blocks * units, units + inputs + 1]. Its parts begin differently, and are written into it before each pass:

    input       normal draws; the gain of the start for the raced function's blocks, 1 for the others
    recurrent   an orthogonal matrix for each block [Saxe et al. 2014], which keeps the state's length at first
    bias        0, but 1 for the forget gate of an LSTM, so that it remembers at first [Jozefowicz et al. 2015]; this is
                what Keras does, and PyTorch does not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.activations.base import Activation, Array
from models.networks.parts import Constant, GainOf, Normal, Orthogonal, Part, learned_parts
from models.networks.shapes import RecurrentShape

FORGET_BIAS = 1.0


@dataclass(frozen=True)
class Anatomy:
    """How a cell's blocks of `units` rows lie in its matrix.

    gates       the blocks of gates, which come first
    blocks      all blocks
    inputs      where the blocks that see x lie: the gates', then the candidate's
    recurrent   where the blocks that see h lie: the gates', then the candidate's
    biases      names, first and last block, and first value of the biases
    candidate   the block at whose place the candidate's function stands
    """

    gates: int
    blocks: int
    inputs: tuple[slice, ...]
    recurrent: tuple[slice, ...]
    biases: tuple[tuple[str, slice, float], ...]
    candidate: slice


ANATOMIES = {
    "rnn": Anatomy(
        gates=0,
        blocks=1,
        inputs=(slice(0, 0), slice(0, 1)),
        recurrent=(slice(0, 0), slice(0, 1)),
        biases=(("cell", slice(0, 1), 0.0),),
        candidate=slice(0, 1),
    ),
    "lstm": Anatomy(
        gates=3,
        blocks=4,
        inputs=(slice(0, 3), slice(3, 4)),
        recurrent=(slice(0, 3), slice(3, 4)),
        biases=(
            ("input", slice(0, 1), 0.0),
            ("forget", slice(1, 2), FORGET_BIAS),
            ("output", slice(2, 3), 0.0),
            ("cell", slice(3, 4), 0.0),
        ),
        candidate=slice(3, 4),
    ),
    "gru": Anatomy(
        gates=2,
        blocks=4,
        inputs=(slice(0, 2), slice(2, 3)),
        recurrent=(slice(0, 2), slice(3, 4)),
        biases=(("gates", slice(0, 2), 0.0), ("cell", slice(2, 3), 0.0), ("recurrent", slice(3, 4), 0.0)),
        candidate=slice(2, 3),
    ),
}
"""Blocks of an LSTM: input, forget and output gate, candidate. Of a GRU: reset and update gate, the candidate's sum
over the inputs and the one over the state, which the reset gate multiplies."""


@dataclass(frozen=True)
class Placed:
    """A part, and the rows and columns of its layer's matrix that it fills."""

    part: Part
    rows: slice
    columns: slice


def layer_inputs(shape: RecurrentShape, layer: int) -> int:
    """Numbers that a layer sees at each step beside its own state."""
    if layer:
        return shape.width
    return shape.sizes[1] if shape.vocabulary is None else shape.embedding


def placed_parts(shape: RecurrentShape, layer: int) -> list[Placed]:
    """A layer's parts in their order."""
    anatomy = ANATOMIES[shape.cell]
    inputs = layer_inputs(shape, layer)
    x, one = slice(shape.width, shape.width + inputs), slice(shape.width + inputs, shape.width + inputs + 1)
    raced: GainOf = "hidden" if layer else "first"
    found: list[Placed] = []
    for place, see_x, see_h in zip(("gates", "cell"), anatomy.inputs, anatomy.recurrent, strict=True):
        count = see_x.stop - see_x.start
        if count:
            begins = Normal((1,), raced if place == shape.raced else "unit")
            part = Part(f"layer {layer}.input.{place}", (count * shape.width, inputs), begins)
            found.append(Placed(part, _rows(see_x, shape.width), x))
            squares = Part(f"layer {layer}.recurrent.{place}", (count, shape.width, shape.width), Orthogonal())
            found.append(Placed(squares, _rows(see_h, shape.width), slice(0, shape.width)))
    for name, blocks, value in anatomy.biases:
        count = blocks.stop - blocks.start
        part = Part(f"layer {layer}.bias.{name}", (count * shape.width, 1), Constant(value))
        found.append(Placed(part, _rows(blocks, shape.width), one))
    return found


def learned(shape: RecurrentShape, activation: Activation, layer: int) -> list[Part]:
    """The raced activation's own parameters in a layer."""
    blocks = ANATOMIES[shape.cell].gates if shape.raced == "gates" else 1
    return learned_parts(f"layer {layer}", activation, (blocks * shape.width, 1))


def gather(placed: Sequence[Placed], views: dict[str, Array], matrix: Array) -> None:
    """Write the parts into their layer's matrix [M, rows, columns]."""
    for entry in placed:
        target = matrix[:, entry.rows, entry.columns]
        target[...] = views[entry.part.name].reshape(target.shape)


def scatter(placed: Sequence[Placed], matrix: Array, views: dict[str, Array]) -> None:
    """Read the parts from their layer's matrix."""
    for entry in placed:
        view = views[entry.part.name]
        view[...] = matrix[:, entry.rows, entry.columns].reshape(view.shape)


def _rows(blocks: slice, width: int) -> slice:
    return slice(blocks.start * width, blocks.stop * width)
