"""Depth without normalisation or residual paths: gradients that are lost, and networks that are dead at the start."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Fix
from service.doctor.base import Fault, check
from service.doctor.checks.families import MEASURABLE, RECTIFIERS, SIGMOIDS, SQUASHERS
from service.doctor.fixes import attribute, with_activation
from service.doctor.proofs import signals as proofs
from service.doctor.proofs.signals import Signals, signals, start_of
from service.doctor.view import Missing, NetworkView, Placed, Stage

_SHALLOW = 4
_WIDEST_DEAD = 10
_SOFT = ("softplus", "squareplus", "log_sigmoid")
_FEED_FORWARD = ("dense", "conv")


def _common(view: NetworkView, names: tuple[str, ...]) -> tuple[Stage, Placed] | None:
    """A hidden layer with one of these activations, when most hidden layers of a deep plain stack carry it."""
    stages = view.hidden
    if len(stages) == 0 or view.depth < _SHALLOW or any(one.layer.kind not in _FEED_FORWARD for one in view.stages):
        return None
    carried = [(stage, stage.activations[-1]) for stage in stages if stage.activations]
    found = [pair for pair in carried if pair[1].name in names]
    if 2 * len(found) <= len(stages) or not view.plain:
        return None
    return found[0]


def _measured(view: NetworkView, names: tuple[str, ...]) -> tuple[Stage, Placed, Signals, str] | None:
    """The stack's activation, and the gradient that its start leaves."""
    if (common := _common(view, names)) is None:
        return None
    stage, placed = common
    scheme = view.initialization(stage.layer)
    start = start_of(scheme, placed.name)
    if start is None:
        raise Missing("initialization", f"the start {scheme[:60]!r} is not one that is measured")
    return stage, placed, signals(placed.name, view.depth, view.width, start), scheme


def _another_start(view: NetworkView, stage: Stage, found: Signals) -> Fix:
    better = found.better_start
    gain = f"{better.gain:.4g}"
    where = attribute(view, stage.index)
    centred = f"\n{where}.weight.data -= {where}.weight.data.mean(dim=1, keepdim=True)" if better.centred else ""
    return Fix(
        sentence=f"Start every hidden layer with {better.scheme}, gain {gain} ({better.note}).",
        pytorch=f"torch.nn.init.normal_({where}.weight, std={gain} / {where}.in_features**0.5){centred}",
        keras=f'keras.initializers.VarianceScaling({gain}**2, mode="fan_in", distribution="untruncated_normal")',
    )


def _of(view: NetworkView, name: str) -> tuple[int, ...]:
    return tuple(placed.index for placed in view.hidden_uses if placed.name == name)


@check(
    "sigmoid-in-depth",
    "Sigmoid in a deep plain stack",
    severity="error",
    because="The sigmoid's slope is at most one quarter, so that gradients shrink with every layer.",
    needs=("initialization", "framework", "residual"),
    citations=("glorot2010", "pennington2017"),
)
def sigmoid_in_depth(view: NetworkView) -> Iterator[Fault]:
    """Sigmoids in most layers of a plain stack that lose more than two powers of ten of the gradient."""
    found = _measured(view, SIGMOIDS)
    if found is None or found[2].decades > -proofs.DECADES:
        return
    _, placed, measured, _ = found
    yield Fault(
        _of(view, placed.name),
        f"{placed.name} stands behind each of {view.depth} plain layers.",
        measured.proof(),
        with_activation(view, placed, "tanh", "Use tanh or a rectifier, and a normalisation; keep sigmoid for gates."),
    )


@check(
    "softplus-in-depth",
    "Softplus in a deep plain stack",
    severity="warning",
    because="Softplus is never zero and never negative: its mean grows from layer to layer and drowns the differences.",
    needs=("residual",),
    citations=("actwise-measurements", "actwise-doctor"),
)
def softplus_in_depth(view: NetworkView) -> Iterator[Fault]:
    """Softplus and its kind in most layers of a plain stack in which different inputs become alike."""
    found = _common(view, _SOFT)
    if found is None:
        return
    placed = found[1]
    shown = proofs.merging_inputs(placed.name, view.depth, view.width)
    if shown.numbers["similarity"] < 0.95:
        return
    yield Fault(
        _of(view, placed.name),
        f"{placed.name} stands behind each of {view.depth} plain layers.",
        shown,
        with_activation(view, placed, "silu", "Use SiLU or GELU, which pass through zero, or normalise each layer."),
    )


def _lost(view: NetworkView, names: tuple[str, ...], reason: str) -> Iterator[Fault]:
    found = _measured(view, names)
    if found is None or not found[2].harmful:
        return
    stage, placed, measured, scheme = found
    told = stage.layer.initialization is not None
    source = f"The start {scheme}" if told else f"Unless weights are drawn another way, the default start of {scheme}"
    yield Fault(
        tuple(one.index for one in view.hidden),
        f"{source} does not suit {view.depth} plain layers of {placed.name}: {reason}.",
        measured.proof(),
        _another_start(view, stage, measured),
    )


@check(
    "tanh-start-in-depth",
    "tanh in a deep plain stack from a start that is too small or too large",
    severity="warning",
    because="tanh keeps a gradient only when weights have the gain 1 (Glorot or LeCun); PyTorch's default has 0.577.",
    needs=("initialization", "framework", "residual"),
    citations=("glorot2010", "schoenholz2017", "pytorch57109"),
)
def tanh_start_in_depth(view: NetworkView) -> Iterator[Fault]:
    """tanh, hard tanh or softsign in most layers of a plain stack whose start loses the gradient."""
    yield from _lost(view, SQUASHERS, "the gradient is lost or explodes on the way back")


@check(
    "relu-start-in-depth",
    "ReLU in a deep plain stack from another start than He's",
    severity="warning",
    because="A rectifier halves the mean square of its signal; weights of gain sqrt(2) make up for it, others do not.",
    needs=("initialization", "framework", "residual"),
    citations=("he2015", "pytorch57109"),
)
def relu_start_in_depth(view: NetworkView) -> Iterator[Fault]:
    """ReLU or one of its kind in most layers of a plain stack whose start loses the gradient."""
    yield from _lost(view, RECTIFIERS, "signal and gradient shrink with every layer")


@check(
    "start-in-depth",
    "Another activation in a deep plain stack from an unsuitable start",
    severity="warning",
    because="Each activation keeps signal and gradient over depth for one gain only, which can be computed.",
    needs=("initialization", "framework", "residual"),
    citations=("schoenholz2017", "hayou2019"),
)
def start_in_depth(view: NetworkView) -> Iterator[Fault]:
    """Any other measurable activation in most layers of a plain stack whose start loses the gradient."""
    spoken = (*SIGMOIDS, *SQUASHERS, *RECTIFIERS, *_SOFT, "sine", "identity", "squared_relu", "selu")
    names = tuple(name for name in MEASURABLE if name not in spoken)
    yield from _lost(view, names, "signal and gradient change with every layer")


@check(
    "dead-at-the-start",
    "A deep and narrow stack of rectifiers that can be dead at the start",
    severity="warning",
    because="When all units of one layer are zero for every input, nothing behind it depends on the input any more.",
    needs=("residual",),
    citations=("lu2018", "lu2019"),
)
def dead_at_the_start(view: NetworkView) -> Iterator[Fault]:
    """ReLU in most layers of a plain stack of at most ten units, dead in more than five per cent of random draws."""
    known = [one.layer.units for one in view.hidden if one.layer.units]
    if not known or view.width > _WIDEST_DEAD:
        return
    found = _common(view, ("relu", "relu6"))
    if found is None or proofs.dead_networks(found[1].name, view.depth, view.width) < 0.05:
        return
    name = found[1].name
    yield Fault(
        tuple(stage.index for stage in view.hidden),
        f"{view.depth} layers of {view.width} {name} units can be dead before training starts.",
        proofs.dead_proof(name, view.depth, view.width),
        with_activation(view, found[1], "leaky_relu", "Use more units, fewer layers, or a slope below zero."),
    )


CHECKS = (
    sigmoid_in_depth,
    softplus_in_depth,
    tanh_start_in_depth,
    relu_start_in_depth,
    start_in_depth,
    dead_at_the_start,
)
