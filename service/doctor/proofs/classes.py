"""Proofs about heads that do not fit the classes: their number, several at once, rare ones."""

from __future__ import annotations

from math import comb, log

import numpy as np

from actwise.contract.diagnosis import Proof
from models.heads import get_loss
from service.doctor.proofs.toy import BATCH, Floats, class_count, descend, normal, proof, pulled, value

_STEPS = 60


_RATE = 2.0


def single_unit_softmax() -> Proof:
    """A softmax over one unit is 1 whatever comes in."""
    z = 5 * normal(BATCH, 1)
    outputs = value("softmax", z)
    gradient = pulled("softmax", z, normal(BATCH, 1, seed=1))
    return proof(
        "every prediction is exactly 1 and every gradient exactly 0: nothing can be learnt",
        f"{BATCH} pre-activations of standard deviation 5, seed 0",
        lowest_output=float(outputs.min()),
        highest_output=float(outputs.max()),
        largest_gradient=float(np.abs(gradient).max()),
    )


def sums_of_sigmoids(units: int) -> Proof:
    """How far the outputs of K sigmoids are from adding up to one."""
    count = class_count(units)
    sums = value("sigmoid", normal(BATCH, count)).sum(axis=1)
    return proof(
        f"the {count} outputs add up to {sums.min():.2f} to {sums.max():.2f}, on average {sums.mean():.2f}: they are "
        "no distribution over the classes",
        f"{BATCH} rows of {count} standard normal pre-activations, seed 0",
        mean_sum=float(sums.mean()),
        lowest_sum=float(sums.min()),
        highest_sum=float(sums.max()),
    )


def softmax_on_several_labels(labels: int) -> Proof:
    """The lowest binary cross-entropy of a softmax when two of L labels are true; each gets at most a half.

    By formula -(2 ln(1/2)) / L; by a scan over how much both get together.
    """
    count = class_count(labels)
    both = np.linspace(1e-6, 1 - 1e-6, 2001)
    rest = np.log1p(-(1 - both) / max(count - 2, 1)) * (count - 2)
    total = -(2 * np.log(both / 2) + rest) / count
    floor = 2 * log(2) / count
    return proof(
        f"with two of {count} labels true neither can get more than one half, and the loss cannot fall below "
        f"{floor:.3f} per label; with sigmoids it can reach 0",
        f"{count} labels, two true; scan over the share that both get",
        floor=floor,
        reached=float(total.min()),
        most_probability=0.5,
    )


def categorical_on_several_labels(labels: int) -> Proof:
    """Cross-entropy with two true labels, shares of one half each, cannot fall below the entropy ln 2."""
    count = class_count(labels)
    target = np.zeros((1, 1, count))
    target[..., :2] = 0.5
    loss = get_loss("soft_cross_entropy")

    def value_and_gradient(z: Floats) -> tuple[float, Floats]:
        gradient = np.empty((1, 1, count))
        found = float(loss.value_and_gradient(z[None, None], target, gradient)[0])
        return found, gradient[0, 0]

    reached = descend(value_and_gradient, normal(count), _STEPS, _RATE)[0]
    pairs = comb(count, 2)
    return proof(
        f"two labels true at once share one probability: each gets at most one half, the loss stays at {log(2):.3f} or "
        f"above, and a threshold of one half finds neither",
        f"{count} labels ({pairs} pairs), two true; {_STEPS} steps on the logits",
        floor=log(2),
        reached=reached,
    )


def units_and_classes(units: int, classes: int) -> Proof:
    """The loss of even odds over the units and over the classes, and how many classes have no unit."""
    without = max(classes - units, 0)
    zero = np.zeros((1, 1, class_count(units)))
    at_units = float(get_loss("cross_entropy").value(zero, np.zeros((1, 1), dtype=np.int64))[0])
    told = (
        f"{without} of {classes} classes have no output and can never be predicted"
        if without
        else f"{units - classes} outputs stand for no class"
    )
    return proof(
        f"{told}; the loss at the start is ln {class_count(units)} = {at_units:.3f} instead of "
        f"{log(max(classes, 1)):.3f}",
        f"even odds over {units} outputs and over {classes} classes",
        units=units,
        classes=classes,
        classes_without_output=without,
        loss_at_start=at_units,
        loss_of_even_odds=log(max(classes, 1)),
    )


def softmax_over_the_batch(classes: int) -> Proof:
    """A softmax down the batch makes columns add up to one: rows do not, and examples depend on each other."""
    count = class_count(classes)
    z = normal(BATCH, count)
    down = value("softmax", z.T).T
    fewer = value("softmax", z[: BATCH // 2].T).T
    change = float(np.abs(fewer / down[: BATCH // 2] - 1).max())
    labels = np.arange(BATCH) % count
    floor = float(np.log(np.bincount(labels, minlength=count)[labels]).mean())
    rows = down.sum(axis=1)
    return proof(
        f"the outputs of one example add up to {rows.mean():.3f} instead of 1, they change by {change:.0%} when "
        "half the "
        f"batch is left out, and cross-entropy cannot fall below {floor:.2f}",
        f"{BATCH} rows of {count} standard normal logits, seed 0, classes in turn",
        mean_row_sum=float(rows.mean()),
        change_with_half_the_batch=change,
        floor=floor,
    )


def squared_through_sigmoid(name: str, classes: int) -> Proof:
    """Gradient by the logits of squared error and of cross-entropy where the network is sure and wrong."""
    gap, count = 6.0, 1 if name == "sigmoid" else class_count(classes)
    z = np.full((1, 1), -gap) if count == 1 else np.zeros((1, count))
    z[0, -1] = z[0, -1] if count == 1 else gap
    target = np.zeros_like(z)
    target[0, 0] = 1
    p = value(name, z)
    squared = float(np.abs(pulled(name, z, 2 * (p - target))).max())
    honest = float(np.abs(p - target).max())
    return proof(
        f"on an example that is wrong by {gap:.0f} logits the gradient is {squared:.2g}; with cross-entropy it is "
        f"{honest:.2g}, {honest / squared:,.0f} times larger",
        f"one example, logit {-gap:.0f} for the true class",
        gradient=squared,
        gradient_of_cross_entropy=honest,
        ratio=honest / squared,
    )


def squared_on_class_numbers(classes: int) -> Proof:
    """What squared error predicts where the first and the last class are equally likely: one in the middle."""
    count = max(classes, 2)
    labels = np.array([0.0, count - 1.0])
    predicted = float(labels.mean())
    return proof(
        f"where class 0 and class {count - 1} are equally likely the best prediction is {predicted:g}, and mistaking "
        f"class 0 for {count - 1} costs {(count - 1) ** 2} times as much as mistaking it for 1",
        f"two equally likely labels of {count} classes",
        best_prediction=predicted,
        cost_ratio=float((count - 1) ** 2),
    )


def prior_bias(share: float) -> Proof:
    """The loss at the start with a bias of 0 and with the log-odds of the rare class."""
    without, bias = log(2), log(share / (1 - share))
    raw = np.full((1, 1, 1), bias)
    with_bias = float(get_loss("binary_cross_entropy").value(raw, np.full((1, 1, 1), share))[0])
    return proof(
        f"the loss starts at {without:.3f}; with a bias of {bias:.3f} it starts at {with_bias:.3f}, which no input is "
        "needed for",
        f"binary cross-entropy of an output without inputs, {share:.2%} positives",
        loss_at_start=without,
        loss_with_bias=with_bias,
        bias=bias,
    )


def focal_prior(share: float) -> Proof:
    """How much of the focal loss at the start comes from the common class, without and with the bias."""
    loss = get_loss("focal")
    bias = log(share / (1 - share))

    def parts(z: float) -> tuple[float, float]:
        one = float(loss.value(np.full((1, 1, 1), z), np.ones((1, 1, 1)))[0])
        zero = float(loss.value(np.full((1, 1, 1), z), np.zeros((1, 1, 1)))[0])
        return share * one, (1 - share) * zero

    (rare, common), (rare_then, common_then) = parts(0.0), parts(bias)
    before, after = common / (rare + common), common_then / (rare_then + common_then)
    return proof(
        f"{before:.1%} of the loss at the start comes from the common class; with a bias of {bias:.3f} it is "
        f"{after:.1%}",
        f"focal loss (gamma 2, alpha 0.25) of an output without inputs, {share:.2%} positives",
        common_share=before,
        common_share_with_bias=after,
        bias=bias,
    )
