"""Corrected lines in PyTorch and Keras, in the caller's own names and sizes."""

from __future__ import annotations

import re

from actwise.contract.diagnosis import Fix, Layer
from models.activations import catalogue
from service.doctor.view import NetworkView, Placed

_KERAS_DEFAULT = {"dense": "Dense", "conv": "Conv2D", "recurrent": "LSTM"}
_TORCH_DEFAULT = {"dense": "Linear", "conv": "Conv2d", "recurrent": "LSTM"}


def attribute(view: NetworkView, index: int) -> str:
    """How a program of the caller reaches a layer: "net.3" becomes model.net[3]; a layer without a name, layer_3."""
    name = view.layers[index].name
    if not name or not re.fullmatch(r"[A-Za-z0-9_.]+", name):
        return f"layer_{index}"
    parts = (f"[{part}]" if part.isdigit() else f".{part}" for part in name.removeprefix("model.").split("."))
    return f"model{''.join(parts)}"


def pytorch_layer(layer: Layer, units: int | None = None) -> str:
    """A PyTorch layer of the same kind and size without an activation, with `units` outputs when given."""
    kind = (
        layer.type if layer.type and layer.type.startswith(("Linear", "Conv", "Lazy", "LSTM", "GRU", "RNN")) else None
    )
    name, out = kind or _TORCH_DEFAULT.get(layer.kind, "Linear"), units or layer.units or "units"
    known = layer.inputs or ("inputs" if layer.kind == "recurrent" else None)
    sizes = f"{known}, {out}" if known else f"{out}"
    lazy = "" if known or name.startswith("Lazy") else "Lazy"
    return f"torch.nn.{lazy}{name}({sizes}{', kernel_size' if layer.kind == 'conv' else ''})"


def keras_layer(layer: Layer, activation: str | None = None, units: int | None = None, **more: str) -> str:
    """A Keras layer of the same kind and size, with an expression for its activation and further arguments."""
    known = layer.type and re.fullmatch(r"(Dense|Conv\d?D\w*|LSTM|GRU|SimpleRNN)", layer.type)
    parts = [str(units or layer.units or "units")] + (["kernel_size"] if layer.kind == "conv" else [])
    parts += [f"activation={activation}"] if activation else []
    parts += [f"{key}={value}" for key, value in more.items()]
    parts += [f'name="{layer.name}"'] if layer.name else []
    return f"keras.layers.{layer.type if known else _KERAS_DEFAULT.get(layer.kind, 'Dense')}({', '.join(parts)})"


def without_activation(view: NetworkView, placed: Placed, sentence: str, loss: str | None = None) -> Fix:
    """Take an activation away; `loss` is "categorical" or "binary" when the loss from logits is to be shown too."""
    torch_loss, keras_loss = _LOSSES.get(loss or "", (None, None))
    return Fix(
        sentence=sentence,
        pytorch=_lines(_torch_swap(view, placed, "torch.nn.Identity()"), torch_loss),
        keras=_lines(_keras_swap(view, placed, None), keras_loss),
    )


def with_activation(view: NetworkView, placed: Placed, name: str, sentence: str, *more: str) -> Fix:
    """Put another activation of the catalogue in its place; further lines are added to both snippets."""
    names = catalogue()[name].frameworks
    return Fix(
        sentence=sentence,
        pytorch=_lines(_torch_swap(view, placed, names.pytorch or name), *more),
        keras=_lines(_keras_swap(view, placed, names.keras), *more),
    )


def loss_lines(sentence: str, loss: str) -> Fix:
    """Only the loss changes: "categorical", "binary", ... from logits."""
    torch_loss, keras_loss = _LOSSES[loss]
    return Fix(sentence=sentence, pytorch=torch_loss, keras=keras_loss)


_LOSSES: dict[str, tuple[str | None, str | None]] = {
    "categorical": (
        "loss = torch.nn.CrossEntropyLoss()  # takes logits",
        "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ),
    "binary": (
        "loss = torch.nn.BCEWithLogitsLoss()  # takes logits",
        "loss = keras.losses.BinaryCrossentropy(from_logits=True)",
    ),
    "focal": (
        "loss = torchvision.ops.sigmoid_focal_loss(logits, targets)  # takes logits",
        "loss = keras.losses.BinaryFocalCrossentropy(from_logits=True)",
    ),
    "poisson": (
        "loss = torch.nn.PoissonNLLLoss(log_input=True)  # exp at prediction",
        "loss = lambda y, z: keras.ops.mean(keras.ops.exp(z) - y * z)  # exp at prediction",
    ),
}


def _torch_swap(view: NetworkView, placed: Placed, expression: str) -> str:
    layer = view.layers[placed.index]
    where = attribute(view, placed.index)
    if layer.kind == "activation":
        return f"{where} = {expression}  # was {placed.name}"
    if expression == "torch.nn.Identity()":
        return f"{where} = {pytorch_layer(layer)}  # no {placed.name} behind it"
    return f"{where} = torch.nn.Sequential({pytorch_layer(layer)}, {expression})"


def _keras_swap(view: NetworkView, placed: Placed, expression: str | None) -> str:
    layer = view.layers[placed.index]
    if layer.kind != "activation":
        return keras_layer(layer, expression)
    if expression is None:
        return f"# leave out {view.name(placed.index)}"
    return expression if expression.startswith("keras.layers") else f"keras.layers.Activation({expression})"


def _lines(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line)
