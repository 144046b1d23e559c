"""From the table of a Keras summary to layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from actwise.contract.diagnosis import Layer
from actwise.contract.names import canonical_name
from service.doctor.reading.arguments import as_size
from service.doctor.reading.found import MOST_LAYERS, Found, cut_name, some_names, too_many
from service.doctor.reading.keras_table import Row, read_table
from service.doctor.reading.layer_types import Known, known_type
from service.doctor.reading.text import refusal, shown

_CONTAINERS = frozenset({"Sequential", "Functional", "Model"})
_LONG_TYPES = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "RMSNormalization",
    "MultiHeadAttention",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "AveragePooling2D",
    "MaxPooling2D",
    "DepthwiseConv2D",
    "SeparableConv2D",
    "Conv2DTranspose",
    "SpatialDropout1D",
    "GaussianDropout",
    "AlphaDropout",
    "Bidirectional",
    "TimeDistributed",
    "ZeroPadding2D",
    "UpSampling2D",
    "Concatenate",
    "Embedding",
    "Activation",
    "InputLayer",
    "TFOpLambda",
)
"""What a type that the table cut off may have been; only its kind matters."""

_NO_ROWS = (
    "this is the head of a Keras summary, but no layer of Keras follows; of PyTorch, paste what print(model) shows"
)
_SIZED = ("dense", "conv", "recurrent", "attention", "graph", "embedding", "normalization")
_HIDING = ("dense", "conv", "recurrent")


def read_summary(text: str) -> Found:
    """The layers in a summary. Raises ContractError when the table has no row, or too many."""
    table = read_table(text)
    if not table.rows:
        raise refusal(_NO_ROWS)
    if len(table.rows) > MOST_LAYERS:
        raise too_many()
    layers = tuple(_layers(table.rows))
    if not layers:
        raise refusal("the summary shows inputs and containers only: print it with expand_nested=True")
    cut = () if table.complete else ("the summary does not end with its totals: it may have been cut off",)
    return Found(layers, {"framework": "keras"}, shown(table.unread), cut, _hidden)


def _layers(rows: list[Row]) -> Iterator[Layer]:
    before: Row | None = None
    for row, after in pairwise([*rows, None]):
        assert row is not None
        name, type_ = _named(row)
        expanded = type_ in _CONTAINERS and after is not None and after.nested
        if type_ != "InputLayer" and not expanded:
            yield _layer(row, name, type_, _last_size(before) if before else None)
        before = row


def _named(row: Row) -> tuple[str, str]:
    """Name and type of the layer in a row."""
    name, _, rest = row.layer.partition(" (") if " (" in row.layer else row.layer.partition("(")
    cut = rest.rstrip(" )").rstrip("…").replace(" ", "")
    if (rest.endswith(")") and "…" not in rest) or len(cut) < 4:
        return name.strip(), cut
    return name.strip(), next((long for long in _LONG_TYPES if long.startswith(cut)), cut)


def _layer(row: Row, name: str, type_: str, before: int | None) -> Layer:
    known = _known(name, type_)
    units = _last_size(row) if known.kind in _SIZED else None
    return Layer(
        kind=known.kind,
        name=cut_name(name),
        type=type_[:100] or None,
        activation=known.activation,
        inputs=_inputs(known, row, units, before),
        units=units,
    )


def _known(name: str, type_: str) -> Known:
    """What a row is. Layers of type Activation and operators are known by their names alone."""
    if type_ == "Activation":
        found = _function_in(name)
        return Known("activation", found) if found else Known("other")
    if type_ == "TFOpLambda":
        operator = re.sub(r"_\d+$", "", name.rpartition(".")[2])
        found = canonical_name(operator)
        return Known("activation", found) if found else Known("addition" if operator == "add" else "other")
    if type_ == "Bidirectional":
        return Known("recurrent")
    return known_type(type_, "keras") or Known("other")


def _function_in(name: str) -> str | None:
    """The activation that a layer's name ends in, as in conv1_relu or softmax_2."""
    words = re.sub(r"_\d+$", "", name)[:100].lower().split("_")
    tails = ("_".join(words[place:]) for place in range(len(words)))
    return next((found for tail in tails if (found := canonical_name(tail))), None)


def _last_size(row: Row) -> int | None:
    numbers = re.findall(r"\d+", row.shape.rpartition(",")[2] or row.shape)
    return as_size(int(numbers[-1][:15])) if numbers else None


def _inputs(known: Known, row: Row, units: int | None, before: int | None) -> int | None:
    """Features that come in: for a dense layer from its parameters, (inputs + 1) units, else from the row before."""
    count = re.match(r"[\d,]{1,20}", row.params)
    params = int(count[0].replace(",", "") or 0) if count else 0
    if known.kind != "dense" or not units or not params or params % units:
        return before if known.kind in _SIZED and known.kind != "embedding" else None
    return before if before and params == before * units else as_size(params // units - 1)


def _hidden(layers: tuple[Layer, ...]) -> Iterator[str]:
    untold = [one for one in layers if one.kind in _HIDING and one.activation is None]
    if untold:
        yield (
            f"a summary does not show activation= of layers: it is left open for {some_names(untold)}; "
            "send model.to_json() instead, or say it in context.activations"
        )
