"""How the network is trained: input derivatives, weight decay, privacy, attacks, coordinates."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Fix, Layer
from service.doctor.base import Fault, check
from service.doctor.checks.families import KINKED, PIECEWISE_LINEAR, ROUGH, ZEROS
from service.doctor.fixes import attribute, with_activation
from service.doctor.proofs import signals, uses
from service.doctor.proofs.toy import plural
from service.doctor.view import Missing, NetworkView, Placed, Stage

_KINKED_RECTIFIERS = tuple(name for name in (*ZEROS, "leaky_relu", "prelu") if name in KINKED)
_SMOOTH = "Use tanh, SiLU, softplus or sine, whose derivatives are all continuous."


def _hidden(view: NetworkView, names: tuple[str, ...]) -> dict[str, list[Placed]]:
    """Places of these activations in the hidden layers, by name."""
    found: dict[str, list[Placed]] = {}
    for placed in view.hidden_uses:
        if placed.name in names:
            found.setdefault(placed.name, []).append(placed)
    return found


def _derivatives(view: NetworkView) -> int:
    if view.network.input_derivatives is None:
        raise Missing("input_derivatives", "whether the loss contains derivatives by the inputs is not known")
    return view.network.input_derivatives


@check(
    "second-derivative-of-a-line",
    "A piecewise linear activation under second derivatives by the inputs",
    severity="error",
    because="The second derivative of a piecewise linear network is zero wherever it exists.",
    needs=("input_derivatives",),
    citations=("wang2023", "sitzmann2020"),
)
def second_derivative_of_a_line(view: NetworkView) -> Iterator[Fault]:
    """A piecewise linear hidden activation with a loss of second or higher input derivatives."""
    for name, places in _hidden(view, PIECEWISE_LINEAR).items():
        if _derivatives(view) < 2:
            return
        yield Fault(
            tuple(placed.index for placed in places),
            f"{name} has no curvature, and the loss contains derivatives of order {_derivatives(view)}.",
            signals.second_derivative(name, view.width),
            with_activation(view, places[0], "tanh", _SMOOTH),
        )


@check(
    "second-derivative-that-jumps",
    "An activation whose second derivative jumps, under second derivatives by the inputs",
    severity="warning",
    because="The loss contains the second derivative, which is not continuous: its residual has steps.",
    needs=("input_derivatives",),
    citations=("wang2023",),
)
def second_derivative_that_jumps(view: NetworkView) -> Iterator[Fault]:
    """ELU, SELU, CELU, hard swish, softsign or squared ReLU with second or higher input derivatives."""
    for name, places in _hidden(view, ROUGH).items():
        if _derivatives(view) < 2:
            return
        yield Fault(
            tuple(placed.index for placed in places),
            f"The second derivative of {name} jumps.",
            signals.jump(name, 2),
            with_activation(view, places[0], "tanh", _SMOOTH),
        )


@check(
    "gradient-that-jumps",
    "A kinked activation under a first derivative by the inputs",
    severity="advice",
    because="Forces or gradients that the loss contains jump where the activation has its kink.",
    needs=("input_derivatives",),
    citations=("neuralpde603",),
)
def gradient_that_jumps(view: NetworkView) -> Iterator[Fault]:
    """A kinked hidden activation where the loss contains exactly the first derivative by the inputs."""
    for name, places in _hidden(view, KINKED).items():
        if _derivatives(view) != 1:
            return
        yield Fault(
            tuple(placed.index for placed in places),
            f"The first derivative of {name} jumps, and the loss contains it.",
            signals.jump(name, 1),
            with_activation(view, places[0], "silu", _SMOOTH),
        )


@check(
    "prelu-under-weight-decay",
    "PReLU under weight decay",
    severity="warning",
    because="Weight decay pulls the learnt slope towards zero, which makes the function ReLU.",
    needs=("weight_decay",),
    citations=("he2015",),
)
def prelu_under_weight_decay(view: NetworkView) -> Iterator[Fault]:
    """PReLU with a weight decay above zero."""
    used = view.uses("prelu")
    if not used:
        return
    if view.network.weight_decay is None:
        raise Missing("weight_decay", "the weight decay is not known")
    if view.network.weight_decay == 0:
        return
    yield Fault(
        tuple(placed.index for placed in used),
        f"The slopes of {len(used)} PReLU layers decay by {view.network.weight_decay:g}.",
        uses.shrunken_slope(view.network.weight_decay, view.network.learning_rate or 1e-3),
        Fix(
            sentence="Leave the slopes out of weight decay.",
            pytorch="slopes = [p for m in model.modules() if isinstance(m, torch.nn.PReLU) for p in m.parameters()]\n"
            "others = [p for p in model.parameters() if all(p is not slope for slope in slopes)]\n"
            'optimizer = torch.optim.AdamW([{"params": others}, {"params": slopes, "weight_decay": 0.0}], '
            f"weight_decay={view.network.weight_decay:g})",
            keras='optimizer.exclude_from_weight_decay(var_names=["alpha"])',
        ),
    )


@check(
    "rectifier-under-privacy",
    "An unbounded activation under differentially private training",
    severity="advice",
    because="Each example's gradient is clipped and noise added; bounded activations keep gradients small.",
    needs=("privacy",),
    citations=("papernot2021",),
)
def rectifier_under_privacy(view: NetworkView) -> Iterator[Fault]:
    """ReLU or one of its kind in the hidden layers under DP-SGD."""
    for name, places in _hidden(view, ("relu", "leaky_relu", "prelu", "gelu", "silu", "elu")).items():
        if view.network.privacy is None:
            raise Missing("privacy")
        if view.network.privacy != "dp_sgd":
            return
        yield Fault(
            tuple(placed.index for placed in places),
            f"{name} has no upper bound, and gradients are clipped for privacy.",
            uses.clipped_gradients(name, view.width),
            with_activation(view, places[0], "tanh", "Try tanh, which was better in published private training."),
        )


@check(
    "kink-under-attack",
    "A kinked activation under adversarial training",
    severity="advice",
    because="Attacks follow input gradients; smooth activations give better ones, and gained robustness when measured.",
    needs=("adversarial",),
    citations=("xie2020",),
)
def kink_under_attack(view: NetworkView) -> Iterator[Fault]:
    """A kinked rectifier in the hidden layers under adversarial training."""
    for name, places in _hidden(view, _KINKED_RECTIFIERS).items():
        if view.network.adversarial is None:
            raise Missing("adversarial")
        if not view.network.adversarial:
            return
        yield Fault(
            tuple(placed.index for placed in places),
            f"{name} has a kink, and training follows gradients by the inputs.",
            uses.gradient_jump(name),
            with_activation(view, places[0], "silu", "Try SiLU, softplus or GELU."),
        )


@check(
    "sine-without-start",
    "Sine without the start it was published with",
    severity="warning",
    because="A sine of frequency 30 needs weights that are 30 times smaller; otherwise each layer scrambles the last.",
    needs=("initialization", "framework"),
    citations=("sitzmann2020",),
)
def sine_without_start(view: NetworkView) -> Iterator[Fault]:
    """Sine in the hidden layers behind weights of another start than SIREN's; frequency 30 unless omega is told."""
    groups: dict[tuple[str, float], list[Stage]] = {}
    for stage in view.hidden:
        sine = next((placed for placed in stage.activations if placed.name == "sine"), None)
        if sine and (omega := _frequency(view.layers[sine.index])) > 1:
            scheme = view.initialization(stage.layer)
            if "siren" not in scheme and "sine" not in scheme:
                groups.setdefault((scheme, omega), []).append(stage)
    for (scheme, omega), stages in groups.items():
        stage, where = stages[0], attribute(view, stages[0].index)
        bound = f"math.sqrt(6 / {where}.in_features) / {omega:g}"
        yield Fault(
            tuple(one.index for one in stages),
            f"{plural(len(stages), 'layer')} before a sine start with {scheme}.",
            signals.sine_without_start(scheme, omega, stage.layer.units or view.width),
            Fix(
                sentence="Draw weights uniformly within sqrt(6 / fan_in) / omega, in the first layer within 1 / "
                "fan_in.",
                pytorch=f"torch.nn.init.uniform_({where}.weight, -{bound}, {bound})",
                keras=f"bound = (6 / fan_in)**0.5 / {omega:g}\nkeras.initializers.RandomUniform(-bound, bound)",
            ),
        )


def _frequency(layer: Layer) -> float:
    """The factor inside the sine, 30 where none is told."""
    told = layer.parameters
    given = told.get("omega", told.get("w0", told.get("omega_0", 30.0)))
    return float(given) if isinstance(given, (int, float)) and given > 0 else 30.0


CHECKS = (
    second_derivative_of_a_line,
    second_derivative_that_jumps,
    gradient_that_jumps,
    prelu_under_weight_decay,
    rectifier_under_privacy,
    kink_under_attack,
    sine_without_start,
)
