"""Heads for numbers: ranges of the output against ranges of the target."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from actwise.contract.diagnosis import Fix
from models.activations import catalogue
from service.doctor.base import Fault, check
from service.doctor.checks.families import BOUNDED, ZEROS
from service.doctor.fixes import keras_layer, loss_lines, pytorch_layer, with_activation, without_activation
from service.doctor.proofs import numbers as proofs
from service.doctor.view import Missing, NetworkView

_NONNEGATIVE = ("count_regression", "positive_regression")
_OWN_RANGE = ("survival", "quantile_regression", "heteroscedastic_regression", "proportions")


@check(
    "rectified-regression-output",
    "A rectifier behind a regression output",
    severity="error",
    because="Below zero the output and its gradient are zero: negative targets are out of reach, and the unit can die.",
    needs=("activation", "task"),
    citations=("stackexchange608379",),
)
def rectified_regression_output(view: NetworkView) -> Iterator[Fault]:
    """ReLU or one of its kind as the last activation of a regression; a warning where targets are never negative."""
    if not view.is_regression:
        return
    head = view.head()
    if not head or head[-1].name not in ZEROS:
        return
    last, low = head[-1], view.network.target.low if view.network.target else None
    never = view.task in _NONNEGATIVE or (low is not None and low >= 0)
    sentence = (
        "Where targets are never negative use softplus, which has a gradient everywhere."
        if never
        else "End with the linear layer."
    )
    yield Fault(
        (last.index,),
        f"{last.name} stands behind the regression output {view.name(view.output.index)}.",
        proofs.rectified_output(last.name, 0.0 if never else low, view.output.layer.inputs or view.width),
        with_activation(view, last, "softplus", sentence) if never else without_activation(view, last, sentence),
        severity="warning" if never else "error",
    )


def _ends(view: NetworkView) -> tuple[float, float]:
    """Lowest and highest target. Raises Missing unless both are told, or follow from the task."""
    target = view.network.target
    low = target.low if target else None
    high = target.high if target else None
    low = 0.0 if low is None and view.task in _NONNEGATIVE else low
    if low is None or high is None:
        raise Missing("target", "the lowest and highest target (target.low, target.high) are not known")
    return low, high


@check(
    "bounded-output-narrower-than-target",
    "An output that cannot reach every target",
    severity="error",
    because="Targets beyond the range of the last activation can never be predicted, and near its ends it saturates.",
    needs=("activation", "task", "target"),
    citations=("stackexchange233499", "stackexchange608379"),
)
def bounded_output_narrower_than_target(view: NetworkView) -> Iterator[Fault]:
    """A bounded last activation of a regression whose targets go beyond its range."""
    if not view.is_regression or view.head_name() not in BOUNDED or view.task == "proportions":
        return
    last = view.head()[-1]
    low, high = _ends(view)
    floor, ceiling = catalogue()[last.name].facts.range
    if low >= high or (floor <= low and high <= ceiling):
        return
    yield Fault(
        (last.index,),
        f"{view.act(last)} gives values from {floor:g} to {ceiling:g}; targets run from {low:g} to {high:g}.",
        proofs.out_of_range(last.name, low, high),
        without_activation(
            view, last, f"End with the linear layer, or predict (y - {low:g}) / {high - low:g} with a sigmoid."
        ),
    )


@check(
    "bounded-output-wider-than-target",
    "An output range of which targets use only a part",
    severity="advice",
    because="Targets in [0, 1] fit a sigmoid; tanh gives half of its range to values that never occur.",
    needs=("activation", "task", "target"),
    citations=("stackexchange233499",),
)
def bounded_output_wider_than_target(view: NetworkView) -> Iterator[Fault]:
    """A bounded last activation whose range is more than a third wider than that of the targets."""
    if not (view.is_regression or view.task == "generation") or view.head_name() not in BOUNDED:
        return
    last = view.head()[-1]
    low, high = _ends(view)
    floor, ceiling = catalogue()[last.name].facts.range
    if low >= high or not (floor <= low and high <= ceiling) or ceiling - floor < 1.3 * (high - low):
        return
    middle, half = (low + high) / 2, (high - low) / 2
    exact = floor <= 0 <= low and (low, high) == (0.0, 1.0)
    sentence = "Use sigmoid." if exact else f"Rescale: predict {middle:g} + {half:g} tanh(z)."
    yield Fault(
        (last.index,),
        f"{view.act(last)} gives values from {floor:g} to {ceiling:g}; targets only run from {low:g} to {high:g}.",
        proofs.wasted_range(last.name, low, high),
        with_activation(view, last, "sigmoid" if exact else "tanh", sentence),
    )


@check(
    "unbounded-output-for-bounded-target",
    "A linear output for targets between two bounds",
    severity="advice",
    because="Nothing keeps predictions inside the bounds, and the network spends capacity on learning them.",
    needs=("activation", "task", "target"),
    citations=("papke1996", "stackexchange233499"),
)
def unbounded_output_for_bounded_target(view: NetworkView) -> Iterator[Fault]:
    """A linear head of a regression whose target has both a low and a high end."""
    if not view.is_regression or view.task in _OWN_RANGE or view.head_name() != "identity":
        return
    target = view.target
    if target.low is None or target.high is None or target.low >= target.high:
        return
    low, width = target.low, target.high - target.low
    layer = view.output.layer
    yield Fault(
        (view.output.index,),
        f"{view.name(view.output.index)} is linear; targets run from {low:g} to {target.high:g}.",
        proofs.impossible_predictions(low, target.high),
        Fix(
            sentence=f"Learn the share (y - {low:g}) / {width:g} by binary cross-entropy from logits, "
            f"and predict {low:g} + {width:g} sigmoid(z).",
            pytorch=f"z = {pytorch_layer(layer)}(h)\nloss = torch.nn.BCEWithLogitsLoss()(z, (y - {low:g}) / {width:g})",
            keras=f"{keras_layer(layer)}\nloss = keras.losses.BinaryCrossentropy(from_logits=True)"
            f"  # of (y - {low:g}) / {width:g}",
        ),
    )


@check(
    "unbounded-output-for-positive-target",
    "A linear output for targets that are never negative",
    severity="advice",
    because="A linear output predicts impossible negative values where targets are small.",
    needs=("activation", "task", "loss", "target"),
    citations=("stackexchange608379", "mccullagh1989"),
)
def unbounded_output_for_positive_target(view: NetworkView) -> Iterator[Fault]:
    """A linear head with squared or absolute error where the target is positive or a count and has no upper end."""
    if not view.is_regression or view.task in _OWN_RANGE:
        return
    if view.head_name() != "identity" or view.loss.measures not in ("squared", "absolute"):
        return
    target = view.network.target if view.task in _NONNEGATIVE else view.target
    positive = view.task in _NONNEGATIVE or (target is not None and target.low is not None and target.low >= 0)
    if not positive or (target is not None and target.high is not None):
        return
    low = target.low if target is not None and target.low is not None else 0.0
    layer = view.output.layer
    yield Fault(
        (view.output.index,),
        f"{view.name(view.output.index)} is linear, and no target is below {low:g}.",
        proofs.impossible_predictions(low, None),
        Fix(
            sentence="Use softplus, or predict the logarithm.",
            pytorch=f"torch.nn.Sequential({pytorch_layer(layer)}, torch.nn.Softplus())",
            keras=keras_layer(layer, '"softplus"'),
        ),
    )


@check(
    "counts-with-squared-error",
    "Squared error on counts",
    severity="advice",
    because="The variance of a count grows with its mean; squared error lets the largest counts decide.",
    needs=("task", "loss"),
    citations=("mccullagh1989", "ohara2010"),
)
def counts_with_squared_error(view: NetworkView) -> Iterator[Fault]:
    """A count regression under squared error."""
    if view.task != "count_regression" or view.loss.measures != "squared":
        return
    mean = view.network.target.mean if view.network.target else None
    yield Fault(
        (),
        f"{view.loss.name} treats an error of one alike whether one or a thousand events were expected.",
        proofs.squared_counts(mean if mean and mean > 0 else 1.0),
        loss_lines("Use the Poisson likelihood with a linear output that is the logarithm of the mean.", "poisson"),
        where="loss",
    )


@check(
    "half-precision-growth",
    "exp or squared ReLU in float16",
    severity="warning",
    because="float16 ends at 65504; both functions pass that for moderate inputs.",
    needs=("precision",),
    citations=("pytorch-amp",),
)
def half_precision_growth(view: NetworkView) -> Iterator[Fault]:
    """exp or squared ReLU anywhere in a network computed in float16."""
    found = view.uses("exp", "squared_relu")
    if not found or view.precision != "float16":
        return
    for name in sorted({placed.name for placed in found}):
        places = tuple(placed.index for placed in found if placed.name == name)
        yield Fault(
            places,
            f"{name} overflows in float16.",
            proofs.half_precision_limit(name),
            with_activation(
                view,
                next(one for one in found if one.name == name),
                "softplus" if name == "exp" else "relu",
                "Use a function that grows like its input, or compute this layer in float32 or bfloat16.",
            ),
        )


@check(
    "rectified-embedding",
    "A rectifier behind an embedding",
    severity="warning",
    because="Coordinates that are never negative put all embeddings into one corner of space, where none are opposite.",
    needs=("task", "activation"),
    citations=("chen2020", "actwise-heads"),
)
def rectified_embedding(view: NetworkView) -> Iterator[Fault]:
    """ReLU or one of its kind as the last activation of a network that makes embeddings."""
    if view.task not in ("embedding", "ranking"):
        return
    head = view.head()
    if not head or head[-1].name not in ZEROS or (view.task == "ranking" and view.units == 1):
        return
    yield Fault(
        (head[-1].index,),
        f"{view.act(head[-1])} makes every coordinate of the embedding zero or positive.",
        proofs.rectified_directions(head[-1].name, view.output.layer.units or view.width),
        without_activation(view, head[-1], "End with the linear layer, then normalise."),
    )


@check(
    "rectified-bottleneck",
    "A rectifier in a narrow layer between wider ones",
    severity="warning",
    because="A narrow layer has no units to spare: what the rectifier cuts off cannot be found elsewhere.",
    needs=(),
    citations=("sandler2018",),
)
def rectified_bottleneck(view: NetworkView) -> Iterator[Fault]:
    """A hidden layer at most half as wide as both neighbours whose last function is a rectifier."""
    for before, stage, after in zip(view.stages, view.stages[1:], view.stages[2:], strict=False):
        sizes = [one.layer.units for one in (before, stage, after)]
        if not stage.activations or stage.activations[-1].name not in ZEROS or None in sizes:
            continue
        wide, narrow, again = (float(size or inf) for size in sizes)
        # Two units or more wider on both sides: a classifier that only narrows has no bottleneck.
        if stage.layer.kind != "dense" or 2 * narrow > min(wide, again):
            continue
        last = stage.activations[-1]
        yield Fault(
            (last.index,),
            f"{view.name(stage.index)} narrows {wide:g} units to {narrow:g} and is rectified.",
            proofs.rectified_bottleneck(last.name, int(narrow), int(wide)),
            without_activation(view, last, "Leave the narrow layer linear."),
        )


CHECKS = (
    rectified_regression_output,
    bounded_output_narrower_than_target,
    bounded_output_wider_than_target,
    unbounded_output_for_bounded_target,
    unbounded_output_for_positive_target,
    counts_with_squared_error,
    half_precision_growth,
    rectified_embedding,
    rectified_bottleneck,
)
