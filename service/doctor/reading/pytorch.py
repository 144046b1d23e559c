"""From printed PyTorch modules to layers in the order of the print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from actwise.contract.diagnosis import Layer, Parameter
from service.doctor.reading.arguments import Arguments, read_arguments
from service.doctor.reading.found import MOST_LAYERS, Found, cut_name, some_names, too_many
from service.doctor.reading.layer_types import Known, known_type
from service.doctor.reading.pytorch_blocks import RESIDUAL, arranged, is_certain
from service.doctor.reading.pytorch_print import Module, read_print
from service.doctor.reading.text import refusal, shown

_PASSING = frozenset({"Sequential", "DataParallel", "DistributedDataParallel", "OptimizedModule"})
"""Containers that do nothing but hand values from one child to the next."""

_WITHOUT_LAYERS = frozenset({"ParameterList", "ParameterDict", "Sequential", "ModuleList", "ModuleDict"})
_OPEN_BY_NATURE = ("dense", "conv", "graph")
_TOLD_AS_SIZES = ("in_features", "out_features")
_ATTENTION = "MultiheadAttention"
_BOUNDED: dict[tuple[float, ...], str] = {(0.0, 6.0): "relu6", (0.0, 20.0): "clipped_relu"}


def read_pytorch(text: str) -> Found:
    """The layers in a print of a model. Raises ContractError when it is too deep or too long."""
    printed = read_print(text)
    strangers: list[str] = []
    losses: list[str] = []
    kept: list[Module] = []
    for module in printed.modules:
        if not (module.children or module.name or _layer_type(module) or _is_loss(module)):
            strangers.append(f"{module.type}({module.arguments})")
        elif _shrunk(module, losses):
            kept.append(module)
    notes = [f"{printed.unclosed} brackets are not closed: the print may have been cut off"] if printed.unclosed else []
    if not kept:
        raise refusal("this print shows no layer")
    return Found(
        layers=_layers(kept, whole=not printed.unclosed),
        fields={"framework": "pytorch"} | ({"loss": losses[0]} if losses else {}),
        unread=shown([*printed.unread, *strangers]),
        notes=tuple(notes),
        hidden=_hidden,
    )


def _shrunk(module: Module, losses: list[str]) -> bool:
    """Take losses and containers without layers out of a module; whether anything is left of it."""
    if _is_loss(module):
        losses.append(module.type)
        return False
    if _is_whole(module):
        return True
    if module.children:
        module.children = [one for one in module.children if _shrunk(one, losses)]
        return bool(module.children)
    return module.type not in _WITHOUT_LAYERS


def _is_loss(module: Module) -> bool:
    return module.type.endswith("Loss") and not module.children


def _is_whole(module: Module) -> bool:
    """Whether a module with children is one layer nevertheless: attention, or a layer with transformed weights."""
    return module.type == _ATTENTION or (module.type.startswith("Parametrized") and _layer_type(module) is not None)


def _is_normalizer(module: Module) -> bool:
    """Whether a module with children normalises before they act, as timm's BatchNormAct2d does."""
    known = _layer_type(module)
    return bool(module.arguments) and known is not None and known.kind == "normalization"


def _layers(modules: list[Module], whole: bool) -> tuple[Layer, ...]:
    """Every layer; of a print that was cut off, nothing is certain about what follows the last one."""
    if sum(map(_size, modules)) > MOST_LAYERS:
        raise too_many()
    found = tuple(layer for one in modules for layer in _emit(one, "", whole and len(modules) == 1))
    if len(found) > MOST_LAYERS:
        raise too_many()
    return found


def _size(module: Module) -> int:
    """How many layers a module stands for; counted before anything is written out."""
    if _is_whole(module) or not module.children:
        return module.count
    return module.count * (_is_normalizer(module) + sum(map(_size, module.children)))


def _emit(module: Module, prefix: str, alone: bool) -> Iterator[Layer]:
    """The layers of a module. `alone`: it is certain that no function is called on what the module gives out."""
    for name in module.names:
        path = f"{prefix}.{name}" if prefix and name else prefix or name
        if not module.children or _is_whole(module):
            yield _leaf(module, path, alone)
        else:
            if _is_normalizer(module):
                yield _leaf(module, path, alone)
            yield from _children(module, path, alone)


def _children(module: Module, path: str, alone: bool) -> Iterator[Layer]:
    known = arranged(module)
    passing = is_certain(module) or module.type in _PASSING
    children = module.children if known is None else known
    printed = {one.name for one in children}
    last = len(children) - 1
    for place, child in enumerate(children):
        if child.type == RESIDUAL:
            yield Layer(kind="addition", name=cut_name(f"{path}.{child.name}"), type=RESIDUAL)
        else:
            called = is_certain(module) and child.name == "linear1" and "activation" not in printed
            yield from _emit(child, path, passing and (alone or place < last) and not called)


def _layer_type(module: Module) -> Known | None:
    return known_type(module.type.removeprefix("Parametrized"), "pytorch")


def _leaf(module: Module, path: str, alone: bool) -> Layer:
    known = _layer_type(module) or Known("other")
    arguments = read_arguments(module.arguments)
    inputs, units = _sizes(module, known, arguments)
    own = "identity" if alone and known.kind in _OPEN_BY_NATURE else None
    return Layer(
        kind=known.kind,
        name=cut_name(path),
        type=module.type,
        activation=_function(module.type, known, arguments) or own,
        inputs=inputs,
        units=units,
        gate_activation=known.gate,
        parameters=_parameters(module, arguments),
    )


def _function(name: str, known: Known, arguments: Arguments) -> str | None:
    """The activation of a layer, where its arguments choose one of two."""
    if name == "GELU" and "tanh" in arguments.named.get("approximate", ""):
        return "gelu_tanh"
    if name == "Hardtanh":
        bounds = tuple(map(float, re.findall(r"-?\d+(?:\.\d+)?", _bounds(arguments))))
        return _BOUNDED.get(bounds, "hard_tanh")
    if name.startswith("RNN") and arguments.named.get("nonlinearity", "").strip("'") in ("relu", "tanh"):
        return arguments.named["nonlinearity"].strip("'")
    return known.activation


def _bounds(arguments: Arguments) -> str:
    return f"{arguments.named.get('min_val', '-1')} {arguments.named.get('max_val', '1')}"


def _sizes(module: Module, known: Known, arguments: Arguments) -> tuple[int | None, int | None]:
    """Features that come in and go out."""
    if known.kind in _OPEN_BY_NATURE:
        return arguments.size("in_features", "in_channels", "nx", 0), arguments.size(
            "out_features", "out_channels", "nf", 2 if module.type == "Bilinear" else 1
        )
    if known.kind == "recurrent":
        units = arguments.size("hidden_size", 1)
        both = arguments.named.get("bidirectional") == "True"
        return arguments.size("input_size", 0), 2 * units if units and both else units
    if known.kind == "normalization":
        units = arguments.size(1 if module.type == "GroupNorm" else 0)
        return units, units
    if known.kind == "embedding":
        return None, arguments.size("embedding_dim", 1)
    if module.type == _ATTENTION:
        inner = [read_arguments(one.arguments) for one in module.children]
        return next(((one.size("in_features"), one.size("out_features")) for one in inner), (None, None))
    return None, None


def _parameters(module: Module, arguments: Arguments) -> Mapping[str, Parameter]:
    found = {name: told for name, told in arguments.parameters().items() if name not in _TOLD_AS_SIZES}
    inner = [one.type for list_ in module.children for kind in list_.children for one in kind.children]
    return found | {"parametrization": inner[0].strip("_")[:100]} if inner else found


def _hidden(layers: tuple[Layer, ...]) -> Iterator[str]:
    """What such a print cannot show of these layers."""
    untold = [one for place, one in enumerate(layers) if one.kind in _OPEN_BY_NATURE and _untold(layers, place)]
    if untold:
        yield (
            "a print does not show functions that forward() calls, such as F.relu or torch.softmax: the activation "
            f"behind {some_names(untold)} is left open; say it in context.activations"
        )
    if any(one.kind in _OPEN_BY_NATURE and one.activation is None for one in layers):
        yield "modules are listed as they were registered; forward() may use them in another order, or more than once"
    if any(one.type == RESIDUAL for one in layers):
        yield (
            "additions and the order of parts in known transformer blocks are filled in from their published code, "
            "with norm_first=False in those of torch.nn"
        )
    if any((one.type or "").startswith("RNN") and one.activation is None for one in layers):
        yield "a print does not show the nonlinearity of RNN layers"


def _untold(layers: tuple[Layer, ...], place: int) -> bool:
    """Whether neither the layer nor what follows it, up to the next one with weights, says what acts behind it."""
    if layers[place].activation is not None:
        return False
    for following in layers[place + 1 :]:
        if following.kind == "activation":
            return False
        if following.kind in (*_OPEN_BY_NATURE, "recurrent", "attention"):
            break
    return True
