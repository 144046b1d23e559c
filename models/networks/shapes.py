"""The shapes of the networks that can be trained: plain data, one class per family.

`features` counts the numbers of one row, whatever form they have (`models.data.rows`): an image of 8 x 8 x 3 has 192.
"""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from models.plain import Plain

NormalizationKind = Literal["none", "batch", "layer", "rms", "group"]


class Shape(Plain):
    """What every network has: `depth` hidden layers (blocks, for attention) of `width`, and a last, linear layer."""

    features: int = Field(ge=1, description="numbers per row")
    outputs: int = Field(ge=1, description="raw outputs of the last, linear layer")
    depth: int = Field(ge=1, le=64, description="hidden layers")
    width: int = Field(ge=1, le=4096, description="units per hidden layer; channels, for convolution")
    normalization: NormalizationKind = "none"
    residual: bool = False

    @property
    def layers_in_words(self) -> str:
        """Such as "2 hidden layers of 64"."""
        return f"{self.depth} hidden {'layer' if self.depth == 1 else 'layers'} of {self.width}"

    @property
    def in_words(self) -> str:
        """The layers, how they are normalised, and whether there are paths around them."""
        paths = ", residual paths" if self.residual else ""
        return f"{self.layers_in_words}, normalisation {self.normalization}{paths}"


class DenseShape(Shape):
    """Fully connected layers; the last columns of a row may be categories, which are embedded."""

    family: Literal["dense"] = "dense"
    categories: tuple[int, ...] = Field((), description="levels of each of the last columns, which hold codes from 0")
    embedding: int = Field(4, ge=1, le=64, description="numbers that stand for a category")
    dropout: float = Field(0.0, ge=0, lt=1, description="share of hidden units left out at each step of training")
    alpha_dropout: bool = Field(False, description="keep mean and variance of self-normalising units")

    @model_validator(mode="after")
    def _check_columns(self) -> DenseShape:
        if len(self.categories) > self.features:
            raise ValueError(f"{len(self.categories)} categories do not fit into {self.features} features")
        return self

    @property
    def inputs(self) -> int:
        """Numbers that the first layer sees: each category is embedded, the other features are as they are."""
        return self.features + len(self.categories) * (self.embedding - 1)


class ConvShape(Shape):
    """Convolution over one axis or two, channels last; then pooling over what is left of them, and a linear layer."""

    family: Literal["conv"] = "conv"
    sizes: tuple[int, ...] = Field(min_length=2, max_length=3, description="(length, channels) or (height, width, c.)")
    kernel: int = Field(3, ge=1, le=15)
    stride: int = Field(1, ge=1, le=4, description="of the layers that shrink their input: every `shrink_every`-th")
    padding: Literal["same", "valid"] = "same"
    pooling: Literal["none", "max", "average"] = Field("none", description="2 wide, in the layers that shrink")
    shrink_every: int = Field(0, ge=0, description="0: no layer shrinks its input")
    head: Literal["average", "max", "flatten"] = Field("average", description="what the linear layer sees")
    groups: int = Field(4, ge=1, description="of group normalisation; their common divisor with the width counts")

    @property
    def channels(self) -> int:
        """Channels of a row."""
        return self.sizes[-1]

    @property
    def plane(self) -> tuple[int, int]:
        """(height, width) of a row; a signal has height 1."""
        return (self.sizes[0] if len(self.sizes) == 3 else 1, self.sizes[-2])

    @model_validator(mode="after")
    def _check_sizes(self) -> ConvShape:
        if min(self.sizes) < 1 or prod(self.sizes) != self.features:
            raise ValueError(f"rows of sizes {self.sizes} do not hold {self.features} features")
        return self


class RecurrentShape(Shape):
    """Stacked recurrent layers read at the last step of each row; the raced function sits in the cell or its gates."""

    family: Literal["recurrent"] = "recurrent"
    sizes: tuple[int, ...] = Field(min_length=1, max_length=2, description="(steps, channels), or (steps,) of tokens")
    vocabulary: int | None = Field(None, ge=1, le=100_000)
    embedding: int = Field(16, ge=1, le=256)
    cell: Literal["rnn", "lstm", "gru"] = "lstm"
    raced: Literal["cell", "gates"] = "cell"
    other: str | None = Field(
        None, description="the function in the place that is not raced; None: sigmoid gates, a tanh cell"
    )
    variable_lengths: bool = Field(False, description="rows may end early: NaN steps, or the token -1")

    @model_validator(mode="after")
    def _check_sizes(self) -> RecurrentShape:
        if min(self.sizes) < 1 or prod(self.sizes) != self.features:
            raise ValueError(f"rows of sizes {self.sizes} do not hold {self.features} features")
        if (self.vocabulary is None) != (len(self.sizes) == 2):
            raise ValueError("sizes are (steps, channels) of numbers, or (steps,) of tokens with their vocabulary")
        return self


class AttentionShape(Shape):
    """Transformer blocks: attention and a feed-forward part, whose function is raced; read by the mean over steps."""

    family: Literal["attention"] = "attention"
    sizes: tuple[int, ...] = Field(min_length=1, max_length=2, description="(steps, channels), or (steps,) of tokens")
    vocabulary: int | None = Field(None, ge=1, le=100_000)
    heads: int = Field(4, ge=1, le=64)
    expansion: int = Field(4, ge=1, le=16, description="width of the feed-forward part over that of the stream")
    norm_first: bool = True
    normalization: NormalizationKind = "layer"
    residual: bool = True
    causal: bool = False
    variable_lengths: bool = Field(False, description="rows may end early: NaN steps, or the token -1")

    @model_validator(mode="after")
    def _check_heads(self) -> AttentionShape:
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a width of {self.width}")
        return self

    @model_validator(mode="after")
    def _check_sizes(self) -> AttentionShape:
        if prod(self.sizes) != self.features:
            raise ValueError(f"sizes {self.sizes} do not make {self.features} features")
        if self.vocabulary is None and len(self.sizes) == 1:
            raise ValueError(f"numbers have sizes (steps, channels), got {self.sizes} and no vocabulary")
        if self.vocabulary is not None and len(self.sizes) == 2:
            raise ValueError(f"tokens have sizes (steps,), got {self.sizes} and a vocabulary")
        return self


class GraphShape(Shape):
    """Graph convolution on one fixed graph; a row is the index of a node."""

    family: Literal["graph"] = "graph"
    node_features: int = Field(ge=1)
    nodes: int = Field(ge=1)
    edges: int = Field(0, ge=0, description="each undirected edge once")


def _family(value: Any) -> str:
    """A shape that names no family is dense: those of plans from before there were others."""
    family = value.get("family", "dense") if isinstance(value, dict) else getattr(value, "family", "dense")
    return str(family)


Network = Annotated[
    Annotated[DenseShape, Tag("dense")]
    | Annotated[ConvShape, Tag("conv")]
    | Annotated[RecurrentShape, Tag("recurrent")]
    | Annotated[AttentionShape, Tag("attention")]
    | Annotated[GraphShape, Tag("graph")],
    Discriminator(_family),
]
"""Any of them, told apart by `family`."""
