"""Where the network will run, and where two frameworks mean different functions by one name."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.request import Deployment
from models.activations import catalogue
from service.doctor.base import Fault, check
from service.doctor.fixes import with_activation
from service.doctor.proofs import uses as proofs
from service.doctor.view import Missing, NetworkView, Placed

_DIPPING = ("silu", "swish", "mish", "gelu", "gelu_tanh", "quick_gelu")
_LEAKY_DEFAULTS = (0.01, 0.2, 0.3)
"""PyTorch and JAX; Keras' function; Keras' layer."""


def _deployment(view: NetworkView) -> Deployment:
    if view.network.deployment is None:
        raise Missing("deployment", "where the network will run is not known")
    return view.network.deployment


@check(
    "dip-before-int8",
    "SiLU, GELU or Mish before 8-bit quantisation",
    severity="warning",
    because="A shallow dip beside a long positive range leaves few of 256 levels for it; detectors lost most of their "
    "accuracy that way.",
    needs=("deployment",),
    citations=("tensorrt1114", "efficientnetlite2020"),
)
def dip_before_int8(view: NetworkView) -> Iterator[Fault]:
    """Such a function in a network that is to be quantised to 8 bits."""
    used = view.uses(*_DIPPING)
    if not used or not _deployment(view).int8:
        return
    for name in sorted({placed.name for placed in used}):
        places = [placed for placed in used if placed.name == name]
        yield Fault(
            tuple(placed.index for placed in places),
            f"{name} is quantised to 8 bits in {len(places)} places.",
            proofs.eight_bits(name),
            with_activation(view, places[0], "relu6", "Use ReLU6 or ReLU, or train with quantisation in the loop."),
        )


@check(
    "operator-missing",
    "An activation that the device cannot run",
    severity="error",
    because="A function that a device lacks sends data back to the host for each layer, or the model is refused.",
    needs=("deployment",),
    citations=("edgetpu272",),
)
def operator_missing(view: NetworkView) -> Iterator[Fault]:
    """An activation that is not among the operators that the deployment names."""
    used = tuple(placed for placed in view.everywhere if placed.name != "identity")
    if not used or (allowed := _deployment(view).operators) is None:
        return
    missing = [placed for placed in used if placed.name not in allowed]
    for name in sorted({placed.name for placed in missing}):
        places = [placed for placed in missing if placed.name == name]
        instead = next((one for one in ("relu6", "relu", *allowed) if one in allowed and one in catalogue()), "relu")
        yield Fault(
            tuple(placed.index for placed in places),
            f"{name} is not among the operators of the device.",
            proofs.handed_over(len(places), len(used)),
            with_activation(view, places[0], instead, f"Use {instead}, which the device has."),
        )


@check(
    "hard-swish-on-edge-tpu",
    "Hard swish on an Edge TPU",
    severity="warning",
    because="The compiler for this device left hard swish to the host: slower, and wrong results were reported.",
    needs=("deployment",),
    citations=("edgetpu272",),
)
def hard_swish_on_edge_tpu(view: NetworkView) -> Iterator[Fault]:
    """Hard swish in a network for an Edge TPU."""
    used = view.uses("hard_swish")
    if not used or _deployment(view).target != "edge_tpu":
        return
    functions = [placed for placed in view.everywhere if placed.name != "identity"]
    yield Fault(
        tuple(placed.index for placed in used),
        f"hard_swish stands in {len(used)} places of a network for an Edge TPU.",
        proofs.handed_over(len(used), len(functions)),
        with_activation(view, used[0], "relu6", "Use ReLU6."),
    )


@check(
    "costly-on-microcontroller",
    "An activation with an exponential on a microcontroller",
    severity="advice",
    because="Without a floating-point unit or a table an exponential costs far more than a comparison.",
    needs=("deployment",),
    citations=("lai2018",),
)
def costly_on_microcontroller(view: NetworkView) -> Iterator[Fault]:
    """A hidden activation of cost class C or D in a network for a microcontroller."""
    used = [one for one in view.hidden_uses if one.name in catalogue() and catalogue()[one.name].cost_class in "CD"]
    if not used or _deployment(view).target != "microcontroller":
        return
    yield Fault(
        tuple(placed.index for placed in used),
        f"{', '.join(sorted({placed.name for placed in used}))} in {len(used)} places is costly on this device.",
        fix=with_activation(view, used[0], "relu", "Use ReLU, a clipped ReLU or hard swish."),
    )


@check(
    "two-gelus",
    "GELU that may be another GELU elsewhere",
    severity="advice",
    because="PyTorch and Keras mean the exact GELU by that name, JAX its tanh approximation; small differences add up "
    "over layers when weights move between them.",
    needs=("framework",),
    citations=("tvm18750", "onnxruntime2270", "hendrycks2016"),
)
def two_gelus(view: NetworkView) -> Iterator[Fault]:
    """Both variants in one network, or GELU without its variant in JAX."""
    exact, approximate = view.uses("gelu"), view.uses("gelu_tanh")
    if not exact:
        return
    if not approximate and view.network.framework is None:
        raise Missing("framework")
    if approximate or view.network.framework == "jax":
        places: tuple[Placed, ...] = (*exact, *approximate)
        yield Fault(
            tuple(placed.index for placed in places),
            "The network mixes the exact GELU and its tanh approximation."
            if approximate
            else "jax.nn.gelu computes the tanh approximation unless approximate=False is given.",
            proofs.largest_difference("gelu", "gelu_tanh"),
            with_activation(view, exact[0], "gelu", "Name the variant everywhere."),
        )


@check(
    "leaky-slope-untold",
    "Leaky ReLU without its slope",
    severity="advice",
    because="The default slope is 0.01 in PyTorch and JAX, 0.2 in Keras' function and 0.3 in Keras' layer.",
    citations=("keras-leaky", "pytorch-leaky"),
)
def leaky_slope_untold(view: NetworkView) -> Iterator[Fault]:
    """Leaky ReLU whose `negative_slope` or `alpha` is not told."""
    keys = {"negative_slope", "alpha", "slope"}
    untold = [one for one in view.uses("leaky_relu") if not keys & set(view.layers[one.index].parameters)]
    if untold:
        yield Fault(
            tuple(placed.index for placed in untold),
            f"The slope of leaky_relu is not told in {len(untold)} places.",
            proofs.different_slopes(_LEAKY_DEFAULTS),
            with_activation(view, untold[0], "leaky_relu", "Write the slope down."),
        )


CHECKS = (
    dip_before_int8,
    operator_missing,
    hard_swish_on_edge_tpu,
    costly_on_microcontroller,
    two_gelus,
    leaky_slope_untold,
)
