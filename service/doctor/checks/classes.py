"""Whether head and loss fit the classes: their number, whether they exclude each other, and how rare they are."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Fix
from service.doctor.base import Fault, check
from service.doctor.checks.families import ROW_WISE
from service.doctor.fixes import keras_layer, loss_lines, pytorch_layer, with_activation, without_activation
from service.doctor.proofs import classes as proofs
from service.doctor.view import Missing, NetworkView, Placed


def _last(view: NetworkView) -> Placed | None:
    """The last activation of the head, or None for a linear one."""
    head = view.head()
    return head[-1] if head else None


def _in_units(view: NetworkView, units: int, sentence: str, loss: str) -> Fix:
    """The output layer with another number of units and without an activation, and the loss from logits."""
    layer, lines = view.output.layer, loss_lines(sentence, loss)
    return Fix(
        sentence=sentence,
        pytorch=f"{pytorch_layer(layer, units)}\n{lines.pytorch}",
        keras=f"{keras_layer(layer, units=units)}\n{lines.keras}",
    )


@check(
    "softmax-with-one-unit",
    "Softmax over a single unit",
    severity="error",
    because="A softmax divides by the sum over its units; with one unit that is the unit itself.",
    needs=("units",),
    citations=("nolearn178", "keras6327"),
)
def softmax_with_one_unit(view: NetworkView) -> Iterator[Fault]:
    """Softmax or log-softmax behind a last layer with one unit."""
    last = view.stages[-1].activations[-1:] if view.stages else ()
    if not last or last[0].name not in ("softmax", "log_softmax") or view.units != 1:
        return
    yield Fault(
        (last[0].index,),
        f"{view.act(last[0])} acts on one unit: its output is the same for every input.",
        proofs.single_unit_softmax(),
        without_activation(view, last[0], "One unit for two classes takes a sigmoid, inside the loss.", "binary"),
    )


@check(
    "sigmoids-for-one-label",
    "One sigmoid per class where exactly one class is true",
    severity="warning",
    because="Independent probabilities waste the knowledge that exactly one class is true; softmax is the "
    "matching head.",
    needs=("activation", "loss", "from_logits", "task", "classes", "units"),
    citations=("bishop1995", "keras-losses"),
)
def sigmoids_for_one_label(view: NetworkView) -> Iterator[Fault]:
    """A binary loss over several units in a task with one true label."""
    if view.loss.measures not in ("binary",) or view.network.task == "multilabel_classification":
        return
    if view.task != "binary_classification" and not view.single_label:
        return
    if view.units < 2:
        return
    binary = view.task == "binary_classification"
    sentence = "Use one unit for two classes." if binary else "Use softmax with its cross-entropy over the classes."
    loss = "binary" if binary else "categorical"
    yield Fault(
        (view.output.index,),
        f"{view.name(view.output.index)} has {view.units} units that {view.loss.name} treats as {view.units} "
        "questions, "
        "though exactly one class is true.",
        proofs.sums_of_sigmoids(view.units),
        _in_units(view, 1 if binary else view.units, sentence, loss),
    )


@check(
    "softmax-for-several-labels",
    "Softmax where several labels can be true at once",
    severity="error",
    because="The outputs of a softmax share one probability; labels that do not exclude each other need one each.",
    needs=("activation", "task", "units"),
    citations=("torchgeo791",),
)
def softmax_for_several_labels(view: NetworkView) -> Iterator[Fault]:
    """Softmax as the last activation in a multi-label task."""
    if view.task != "multilabel_classification":
        return
    last = _last(view)
    if last and last.name == "softmax" and view.outcomes > 1:
        yield Fault(
            (last.index,),
            f"{view.act(last)} makes {view.outcomes} labels compete, though several can be true.",
            proofs.softmax_on_several_labels(view.outcomes),
            without_activation(view, last, "One sigmoid for each label, inside the loss.", "binary"),
        )


@check(
    "categorical-loss-for-several-labels",
    "Categorical cross-entropy where several labels can be true at once",
    severity="error",
    because="The loss applies one softmax over all labels, so that true labels push each other down.",
    needs=("loss", "task", "units"),
    citations=("torchgeo791",),
)
def categorical_loss_for_several_labels(view: NetworkView) -> Iterator[Fault]:
    """A categorical loss in a multi-label task."""
    if view.task != "multilabel_classification" or view.loss.measures != "categorical" or view.outcomes < 2:
        return
    yield Fault(
        (),
        f"{view.loss.name} expects exactly one true class among {view.outcomes}.",
        proofs.categorical_on_several_labels(view.outcomes),
        loss_lines("Use binary cross-entropy over independent labels.", "binary"),
        where="loss",
    )


@check(
    "units-and-classes",
    "A number of output units that does not fit the classes",
    severity="error",
    because="A categorical loss needs one unit for each class, a binary one a single unit, labels one unit each.",
    needs=("loss", "task", "classes", "units"),
    citations=("keras6327", "nolearn178"),
)
def units_and_classes(view: NetworkView) -> Iterator[Fault]:
    """Units of the last layer against the classes, as the loss counts them."""
    if not view.is_classification or view.network.task in ("ordinal", "detection"):
        return
    loss, classes, units = view.loss, view.classes, view.units
    wanted = _wanted_units(view, loss.measures, classes)
    single = units == 1 and any(placed.name in ROW_WISE for placed in view.output.activations)
    if wanted is None or units == wanted or single:
        return
    yield Fault(
        (view.output.index,),
        f"{view.name(view.output.index)} has {units} units; {loss.name} with {classes} classes needs {wanted}.",
        proofs.units_and_classes(units, classes),
        _in_units(
            view,
            wanted,
            f"Give the last layer {wanted} unit{'s' if wanted > 1 else ''}.",
            "categorical" if loss.measures == "categorical" else "binary",
        ),
    )


def _wanted_units(view: NetworkView, measures: str, classes: int) -> int | None:
    if measures == "categorical":
        return max(classes, 2)
    if measures == "binary" and view.network.task == "multilabel_classification":
        return classes
    # Several units of a binary loss in a single-label task are another check's business.
    return None if measures != "binary" or view.units > 1 else 1 if classes <= 2 else classes


@check(
    "softmax-over-the-batch",
    "Softmax along the batch instead of the classes",
    severity="error",
    because="Dimension 0 runs over examples: each column of the batch adds up to one, not each row.",
    needs=("units",),
    citations=("pytorch-softmax",),
)
def softmax_over_the_batch(view: NetworkView) -> Iterator[Fault]:
    """A softmax whose `dim` or `axis` is 0."""
    for placed in view.uses("softmax", "log_softmax"):
        parameters = view.layers[placed.index].parameters
        if (dimension := parameters.get("dim", parameters.get("axis"))) is None or dimension != 0:
            continue
        yield Fault(
            (placed.index,),
            f"{view.act(placed)} normalises over dimension {dimension}, the batch.",
            proofs.softmax_over_the_batch(view.outcomes),
            with_activation(view, placed, placed.name, "Normalise over the last dimension."),
        )


@check(
    "squared-error-through-sigmoid",
    "Squared error behind a sigmoid or softmax for classes",
    severity="warning",
    because="The slope of the sigmoid multiplies the gradient and vanishes where the network is sure and wrong.",
    needs=("activation", "loss", "task", "classes"),
    citations=("solla1988", "bishop1995"),
)
def squared_error_through_sigmoid(view: NetworkView) -> Iterator[Fault]:
    """Squared or absolute error with a sigmoid or softmax head in a classification task."""
    if view.loss.measures != "squared" or not view.is_classification:
        return
    last = _last(view)
    if last is None or last.name not in ("sigmoid", "softmax"):
        return
    loss = "binary" if last.name == "sigmoid" else "categorical"
    classes = 2 if last.name == "sigmoid" else view.outcomes
    yield Fault(
        (last.index,),
        f"{view.loss.name} behind {view.act(last)} hardly corrects examples that are badly wrong.",
        proofs.squared_through_sigmoid(last.name, classes),
        without_activation(view, last, "Use cross-entropy from logits.", loss),
    )


@check(
    "squared-error-on-class-numbers",
    "Squared error on the numbers of classes",
    severity="warning",
    because="Class numbers are names: their distances mean nothing, and a mean of two classes is a third one.",
    needs=("activation", "loss", "task", "classes"),
    citations=("bishop1995",),
)
def squared_error_on_class_numbers(view: NetworkView) -> Iterator[Fault]:
    """A linear or rectified head with squared or absolute error and three classes or more, unless they are ordered."""
    if view.loss.measures not in ("squared", "absolute") or not view.is_classification or view.task == "ordinal":
        return
    if view.head_name() in ("sigmoid", "softmax") or view.classes < 3 or view.units != 1:
        return
    yield Fault(
        (view.output.index,),
        f"{view.name(view.output.index)} predicts the number of one of {view.classes} classes by {view.loss.name}.",
        proofs.squared_on_class_numbers(view.classes),
        _in_units(view, view.classes, "One unit for each class, and cross-entropy.", "categorical"),
    )


def _rare(view: NetworkView) -> float | None:
    """The share of the rarest class when it is below a tenth and no bias is told for the output."""
    told = view.output.layer.parameters.get("bias_initialization", 0)
    if told not in (0, "zeros", "zero"):
        return None
    if view.network.imbalance is None:
        raise Missing("imbalance", "the share of the rarest class is not known")
    return view.network.imbalance if view.network.imbalance < 0.1 else None


def _bias_fix(view: NetworkView, share: float) -> Fix:
    layer = view.output.layer
    start = f"math.log({share:g} / (1 - {share:g}))"
    return Fix(
        sentence="Start the output's bias at the log-odds of the rare class.",
        pytorch=f"output = {pytorch_layer(layer)}\ntorch.nn.init.constant_(output.bias, {start})",
        keras=keras_layer(layer, bias_initializer=f"keras.initializers.Constant({start})"),
    )


@check(
    "rare-class-without-bias",
    "A rare class, and no bias for it at the start",
    severity="advice",
    because="The first steps are spent on learning how rare the class is, which the bias can say at once.",
    needs=("loss", "imbalance"),
    citations=("tensorflow-imbalanced",),
)
def rare_class_without_bias(view: NetworkView) -> Iterator[Fault]:
    """A binary loss, a rarest class below ten per cent, and an output bias that is not told to differ from zero."""
    if view.loss.measures != "binary" or (share := _rare(view)) is None:
        return
    yield Fault(
        (view.output.index,),
        f"{share:.1%} of the examples are of the rare class, and {view.name(view.output.index)} starts at even odds.",
        proofs.prior_bias(share),
        _bias_fix(view, share),
    )


@check(
    "focal-loss-without-bias",
    "Focal loss without the bias it was published with",
    severity="advice",
    because="Without the bias the common class makes up nearly all of the loss at the start, and training can diverge.",
    needs=("loss", "imbalance"),
    citations=("lin2017",),
)
def focal_loss_without_bias(view: NetworkView) -> Iterator[Fault]:
    """A focal loss, a rarest class below ten per cent, and an output bias that is not told to differ from zero."""
    if view.loss.measures != "focal" or (share := _rare(view)) is None:
        return
    yield Fault(
        (view.output.index,),
        f"{view.loss.name} starts with even odds for a class of {share:.1%}.",
        proofs.focal_prior(share),
        _bias_fix(view, share),
    )


CHECKS = (
    softmax_with_one_unit,
    sigmoids_for_one_label,
    softmax_for_several_labels,
    categorical_loss_for_several_labels,
    units_and_classes,
    softmax_over_the_batch,
    squared_error_through_sigmoid,
    squared_error_on_class_numbers,
    rare_class_without_bias,
    focal_loss_without_bias,
)
