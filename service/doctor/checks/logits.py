"""What stands behind the last weights, and whether the loss expects that there: logits, probabilities, logarithms."""

from __future__ import annotations

from collections.abc import Iterator

from service.doctor.base import Fault, check
from service.doctor.checks.families import BOUNDED, ZEROS
from service.doctor.fixes import loss_lines, with_activation, without_activation
from service.doctor.proofs import logits as proofs
from service.doctor.view import NetworkView, Placed


def _last(view: NetworkView) -> Placed | None:
    """The last activation of the head, or None for a linear one."""
    head = view.head()
    return head[-1] if head else None


@check(
    "double-softmax",
    "Softmax before a cross-entropy that applies softmax itself",
    severity="error",
    because="The loss takes logits and applies log-softmax; a second softmax squeezes them into [0, 1] first.",
    needs=("activation", "loss", "from_logits", "units"),
    citations=("pytorch55902", "pytorch-cross-entropy", "keras-losses"),
)
def double_softmax(view: NetworkView) -> Iterator[Fault]:
    """Softmax as the last activation with a categorical loss from logits."""
    if view.loss.measures != "categorical" or view.takes != "logits":
        return
    last = _last(view)
    if last and last.name == "softmax":
        yield Fault(
            (last.index,),
            f"{view.act(last)} turns logits into probabilities, and {view.loss.name} does it again.",
            proofs.squashed_cross_entropy("softmax", view.outcomes),
            without_activation(view, last, "Leave the softmax to the loss; apply it when predicting.", "categorical"),
        )


@check(
    "log-softmax-twice",
    "Log-softmax before a cross-entropy that applies it itself",
    severity="advice",
    because="Log-softmax of log-softmax is log-softmax: nothing changes but the time it takes.",
    needs=("activation", "loss", "from_logits", "units"),
    citations=("pytorch-cross-entropy",),
)
def log_softmax_twice(view: NetworkView) -> Iterator[Fault]:
    """Log-softmax as the last activation with a categorical loss from logits."""
    if view.loss.measures != "categorical" or view.takes != "logits":
        return
    last = _last(view)
    if last and last.name == "log_softmax":
        yield Fault(
            (last.index,),
            f"{view.act(last)} is applied once more inside {view.loss.name}; it is harmless and not needed.",
            proofs.log_softmax_is_idempotent(view.outcomes),
            without_activation(view, last, "Leave it out, or keep it and use NLLLoss.", "categorical"),
        )


@check(
    "sigmoid-before-logit-loss",
    "Sigmoid or softmax before a binary cross-entropy that applies sigmoid itself",
    severity="error",
    because="The loss takes logits and applies the sigmoid; probabilities are mistaken for logits between 0 and 1.",
    needs=("activation", "loss", "from_logits", "units"),
    citations=("pytorch-bce-logits", "tensorflow31930", "keras-losses"),
)
def sigmoid_before_logit_loss(view: NetworkView) -> Iterator[Fault]:
    """Sigmoid, hard sigmoid or softmax as the last activation with a binary or focal loss from logits."""
    if view.loss.measures not in ("binary", "focal") or view.takes != "logits":
        return
    last = _last(view)
    if last is None or last.name not in ("sigmoid", "hard_sigmoid", "softmax"):
        return
    several = last.name == "softmax" and view.units > 1
    share = view.network.imbalance or 0.5
    yield Fault(
        (last.index,),
        f"{view.act(last)} gives probabilities, and {view.loss.name} takes them for logits.",
        proofs.softmax_then_binary(view.units) if several else proofs.squashed_binary("sigmoid", share),
        without_activation(view, last, "Leave the sigmoid to the loss; apply it when predicting.", view.loss.measures),
    )


@check(
    "no-probability",
    "Outputs that are no probabilities before a loss that takes probabilities",
    severity="error",
    because="The loss takes the logarithm of what it gets; outside of (0, 1) that has no value or no gradient.",
    needs=("activation", "loss", "from_logits"),
    citations=("pytorch-bce", "keras-losses"),
)
def no_probability(view: NetworkView) -> Iterator[Fault]:
    """A last activation with values outside [0, 1] before BCELoss or a Keras loss with from_logits=False."""
    if not view.loss.labels or view.takes != "probabilities":
        return
    last, name = _last(view), view.head_name()
    if name in ("sigmoid", "hard_sigmoid", "softmax"):
        return
    place = last.index if last else view.output.index
    loss = view.loss.measures
    yield Fault(
        (place,),
        f"{view.name(place)} gives {_kind(name)}, and {view.loss.name} expects probabilities.",
        proofs.not_probabilities(name),
        loss_lines("Keep the outputs as they are and let the loss take logits.", loss)
        if last is None
        else without_activation(view, last, "Give out logits, and let the loss take them.", loss),
    )


def _kind(name: str) -> str:
    return "logits" if name == "identity" else f"the values of {name}"


@check(
    "nll-without-log-softmax",
    "NLLLoss without log-softmax before it",
    severity="error",
    because="NLLLoss is minus the output of the true class. Only log-softmax makes the others fall when it rises.",
    needs=("activation", "loss", "units"),
    citations=("pytorch-nll",),
)
def nll_without_log_softmax(view: NetworkView) -> Iterator[Fault]:
    """A categorical loss of log-probabilities behind anything but log-softmax or softmax."""
    if view.loss.measures != "categorical" or view.takes != "log_probabilities":
        return
    last, name = _last(view), view.head_name()
    if name in ("log_softmax", "softmax"):
        return
    place = last.index if last else view.output.index
    yield Fault(
        (place,),
        f"{view.name(place)} gives {_kind(name)}, and {view.loss.name} expects logarithms of probabilities.",
        proofs.untied_outputs(name, view.outcomes),
        loss_lines("Use the loss that takes logits.", "categorical")
        if last is None
        else without_activation(view, last, "Give out logits, and use the loss that takes them.", "categorical"),
    )


@check(
    "nll-after-softmax",
    "NLLLoss on probabilities instead of their logarithms",
    severity="error",
    because="Without the logarithm the loss is minus a probability, which is flat where the network is sure and wrong.",
    needs=("activation", "loss", "units"),
    citations=("pytorch-nll",),
)
def nll_after_softmax(view: NetworkView) -> Iterator[Fault]:
    """Softmax as the last activation before NLLLoss."""
    if view.loss.measures != "categorical" or view.takes != "log_probabilities":
        return
    last = _last(view)
    if last and last.name == "softmax":
        yield Fault(
            (last.index,),
            f"{view.act(last)} gives probabilities, and {view.loss.name} expects their logarithms.",
            proofs.softmax_before_nll(view.outcomes),
            with_activation(view, last, "log_softmax", "Put log-softmax in its place."),
        )


@check(
    "sigmoid-with-categorical-loss",
    "Sigmoid units under a categorical cross-entropy",
    severity="error",
    because="The classes exclude each other for the loss and not for the outputs.",
    needs=("activation", "loss", "from_logits", "units"),
    citations=("keras-losses", "bridle1990"),
)
def sigmoid_with_categorical_loss(view: NetworkView) -> Iterator[Fault]:
    """Several sigmoid outputs before a categorical loss, of logits (squeezed) or of probabilities (not normalised)."""
    if view.loss.measures != "categorical" or view.takes == "log_probabilities":
        return
    last = _last(view)
    if last is None or last.name not in ("sigmoid", "hard_sigmoid") or view.outcomes < 2:
        return
    squeezed = view.takes == "logits"
    yield Fault(
        (last.index,),
        f"{view.act(last)} gives {view.outcomes} independent probabilities, and {view.loss.name} wants one "
        "distribution over the classes.",
        proofs.squashed_cross_entropy("sigmoid", view.outcomes)
        if squeezed
        else proofs.scale_of_sigmoids(view.outcomes),
        without_activation(view, last, "Give out logits, and let the loss apply softmax.", "categorical"),
        severity="error" if squeezed else "warning",
    )


@check(
    "squashed-logits",
    "A hidden activation repeated behind the last layer, before a loss from logits",
    severity="error",
    because="Logits are any real numbers; an activation behind the last layer cuts part of them off.",
    needs=("activation", "loss", "from_logits", "units"),
    citations=("pytorch-cross-entropy", "stackexchange608379"),
)
def squashed_logits(view: NetworkView) -> Iterator[Fault]:
    """A bounded or rectified last activation, other than sigmoid and softmax, with a loss from logits."""
    if not view.loss.labels or view.takes != "logits":
        return
    last = _last(view)
    if last is None or last.name in ("sigmoid", "hard_sigmoid", "softmax", "log_softmax"):
        return
    if last.name not in (*BOUNDED, *ZEROS):
        return
    categorical = view.loss.measures == "categorical"
    if not categorical:
        shown = proofs.squashed_binary(last.name, view.network.imbalance or 0.5)
    elif last.name in BOUNDED:
        shown = proofs.squashed_cross_entropy(last.name, view.outcomes)
    else:
        shown = proofs.rectified_logits(last.name, view.outcomes)
    yield Fault(
        (last.index,),
        f"{last.name} behind the last layer leaves {view.loss.name} only part of the logits.",
        shown,
        without_activation(view, last, "End with the linear layer.", view.loss.measures),
    )


@check(
    "half-precision-probabilities",
    "Binary cross-entropy on probabilities in float16",
    severity="error",
    because="In half precision a sure probability is exactly 0 or 1; PyTorch refuses this loss under CUDA autocast.",
    needs=("loss", "from_logits", "precision"),
    citations=("pytorch-amp",),
)
def half_precision_probabilities(view: NetworkView) -> Iterator[Fault]:
    """A binary loss of probabilities with float16."""
    if view.loss.measures not in ("binary", "focal") or view.takes != "probabilities":
        return
    if view.precision != "float16":
        return
    yield Fault(
        (),
        f"{view.loss.name} takes probabilities, which float16 cannot hold near 1.",
        proofs.half_precision_probability(),
        loss_lines("Take the loss from logits.", view.loss.measures),
        where="loss",
    )


CHECKS = (
    double_softmax,
    log_softmax_twice,
    sigmoid_before_logit_loss,
    no_probability,
    nll_without_log_softmax,
    nll_after_softmax,
    sigmoid_with_categorical_loss,
    squashed_logits,
    half_precision_probabilities,
)
