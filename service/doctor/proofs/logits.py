"""Proofs about what a loss is given: floors, vanishing gradients and outputs that are no probabilities."""

from __future__ import annotations

from math import e, log

import numpy as np

from actwise.contract.diagnosis import Proof
from models.heads import get_loss
from service.doctor.proofs.toy import BATCH, Floats, class_count, descend, function, normal, proof, pulled, value

_STEPS = 60


_RATE = 2.0


def squashed_cross_entropy(name: str, classes: int) -> Proof:
    """The lowest cross-entropy when its logits are the outputs of an activation with a finite range.

    By formula: with outputs within [low, high] the best is ln(1 + (K - 1) exp(low - high)); for softmax that is
    ln(e + K - 1) - 1. And by descent on the inputs of the activation, one example of each class.
    """
    count = class_count(classes)
    found = _lowest_cross_entropy(name, count)
    low, high = _range(name)
    floor = log(1 + (max(classes, 2) - 1) * e ** (low - high))
    return proof(
        f"with {max(classes, 2)} classes the loss cannot fall below {floor:.3f}, however well the network learns; from "
        "the logits themselves it can reach 0",
        f"{min(count, BATCH)} examples of {count} classes, no two alike; {_STEPS} steps on the inputs of {name}",
        floor=floor,
        reached=found,
        uniform=log(max(classes, 2)),
        classes=max(classes, 2),
        toy_classes=count,
    )


def _lowest_cross_entropy(name: str, classes: int) -> float:
    labels = np.arange(min(classes, BATCH))
    loss = get_loss("cross_entropy")

    def value_and_gradient(z: Floats) -> tuple[float, Floats]:
        gradient = np.empty((1, *z.shape))
        found = float(loss.value_and_gradient(value(name, z)[None], labels[None], gradient)[0])
        return found, pulled(name, z, gradient[0])

    return descend(value_and_gradient, 0.5 + 0.1 * normal(len(labels), classes), _STEPS, _RATE)[0]


def _range(name: str) -> tuple[float, float]:
    return function(name).facts.range


def squashed_binary(name: str, share: float) -> Proof:
    """The lowest binary cross-entropy from logits when the logits are squeezed into an activation's range.

    By formula softplus(-high) for a label 1 and softplus(low) for a label 0; by descent on a toy batch with the share
    of positives given.
    """
    low, high = _range(name)
    positive = float(np.log1p(np.exp(-high))) if np.isfinite(high) else 0.0
    negative = float(np.log1p(np.exp(low))) if np.isfinite(low) else 0.0
    floor = share * positive + (1 - share) * negative
    least = 1 / (1 + e ** -max(low, -700.0))
    return proof(
        f"the loss cannot fall below {floor:.3f} with {share:.0%} positives, and the predicted probability stays at "
        f"{least:.2f} or above, so that no example is ever called negative with confidence",
        f"two logits, one of each class, weighed by their share; {_STEPS} steps on the inputs of {name}",
        floor=floor,
        reached=_lowest_binary(name, share),
        negative_floor=negative,
        positive_floor=positive,
        least_probability=least,
    )


def _lowest_binary(name: str, share: float) -> float:
    weights = np.array([share, 1 - share])

    def value_and_gradient(z: Floats) -> tuple[float, Floats]:
        raw = value(name, z)
        gradient = 1 / (1 + np.exp(-raw)) - np.array([[1.0], [0.0]])
        terms = np.logaddexp(0, raw) - np.array([[1.0], [0.0]]) * raw
        return float((weights[:, None] * terms).sum()), pulled(name, z, weights[:, None] * gradient)

    return descend(value_and_gradient, np.full((2, 1), 0.5), _STEPS, _RATE)[0]


def softmax_then_binary(units: int) -> Proof:
    """The lowest binary cross-entropy per unit when its logits are the outputs of a softmax over the units."""
    count = class_count(units)
    best = (np.log1p(e**-1) + (count - 1) * log(2)) / count
    outputs = value("softmax", 50 * np.eye(count))
    reached = float(get_loss("binary_cross_entropy").value(outputs[None], np.eye(count)[None])[0])
    return proof(
        f"the loss cannot fall below {best:.3f} per unit, since a probability of 0 counts as a logit of 0, which is "
        "an even chance",
        f"{count} examples, one of each class, softmax sure of the right one",
        floor=float(best),
        reached=reached,
        units=count,
    )


def log_softmax_is_idempotent(classes: int) -> Proof:
    """How much a second log-softmax changes the loss and its gradient: nothing but rounding."""
    count = class_count(classes)
    logits = 3 * normal(BATCH, count)
    labels = np.arange(BATCH) % count
    loss, once, twice = get_loss("cross_entropy"), np.empty((1, BATCH, count)), np.empty((1, BATCH, count))
    first = loss.value_and_gradient(logits[None], labels[None], once)[0]
    second = loss.value_and_gradient(value("log_softmax", logits)[None], labels[None], twice)[0]
    through = pulled("log_softmax", logits, twice[0])
    return proof(
        "the loss and its gradient are the same with and without it",
        f"{BATCH} rows of {count} logits with standard deviation 3, seed 0",
        loss=float(first),
        loss_with_log_softmax=float(second),
        same_gradient=float(np.allclose(through, once[0], rtol=1e-9, atol=1e-15)),
    )


def not_probabilities(name: str) -> Proof:
    """How many outputs of an activation on standard normal inputs lie outside [0, 1]."""
    outputs = value(name, normal(4 * BATCH, 4))
    outside = float(((outputs < 0) | (outputs > 1)).mean())
    return proof(
        f"{outside:.0%} of the outputs at the start are no probabilities: PyTorch stops with an error, Keras clips "
        "them, and a clipped output has no gradient",
        f"{4 * BATCH} rows of 4 standard normal pre-activations, seed 0",
        outside=outside,
        lowest=float(outputs.min()),
        highest=float(outputs.max()),
    )


def untied_outputs(name: str, classes: int) -> Proof:
    """NLLLoss takes -z_y: without log-softmax it only pushes one output, without end."""
    count, rate, steps = class_count(classes), 0.1, 100
    raw = value(name, normal(BATCH, count))
    labels = np.arange(BATCH) % count
    true = raw[np.arange(BATCH), labels]
    after = -(true + rate * steps).mean()
    honest = float(get_loss("cross_entropy").value(raw[None], labels[None])[0])
    return proof(
        f"the loss starts at {-true.mean():.2f} where the cross-entropy is {honest:.2f}, and falls below any "
        "number: after "
        f"{steps} steps it is {after:.1f}, though other classes were never pushed down",
        f"{BATCH} rows of {count} outputs, seed 0; steps of {rate} on the output of the true class",
        start=float(-true.mean()),
        after=float(after),
        cross_entropy=honest,
    )


def softmax_before_nll(classes: int) -> Proof:
    """NLLLoss on probabilities is -p_y: its gradient vanishes where the network is most wrong."""
    count, gap = class_count(classes), 6.0
    logits = np.zeros((1, count))
    logits[0, 1] = gap
    delta = np.zeros_like(logits)
    delta[0, 0] = -1
    wrong = float(np.abs(pulled("softmax", logits, delta)).max())
    right = np.empty((1, 1, count))
    get_loss("cross_entropy").value_and_gradient(logits[None], np.zeros((1, 1), dtype=np.int64), right)
    honest = float(np.abs(right).max())
    return proof(
        f"on an example that is wrong by {gap:.0f} logits the gradient is {wrong:.2g}, with log-softmax {honest:.2g}: "
        f"{honest / wrong:,.0f} times larger",
        f"one example of {count} classes, another class ahead by {gap:.0f} logits",
        gradient=wrong,
        gradient_with_log_softmax=honest,
        ratio=honest / wrong,
    )


def scale_of_sigmoids(units: int) -> Proof:
    """Categorical cross-entropy divides outputs by their sum: all of them ten times smaller costs nothing."""
    count = class_count(units)
    outputs = value("sigmoid", normal(BATCH, count))
    labels = np.arange(BATCH) % count

    def loss(p: Floats) -> float:
        return float(-np.log(p[np.arange(BATCH), labels] / p.sum(axis=1)).mean())

    whole, tenth = loss(outputs), loss(outputs / 10)
    return proof(
        f"the loss is {whole:.3f} for these outputs and {tenth:.3f} for a tenth of them: it does not see how "
        "large they "
        f"are, and they add up to {outputs.sum(axis=1).mean():.2f} instead of 1",
        f"{BATCH} rows of {count} sigmoids of standard normal pre-activations, seed 0",
        loss=whole,
        loss_of_a_tenth=tenth,
        mean_sum=float(outputs.sum(axis=1).mean()),
    )


def half_precision_probability() -> Proof:
    """Logits at which a float16 sigmoid is exactly 1, so that the logarithm of the rest is minus infinity."""
    z = np.arange(0, 20, 0.01)
    p = (1 / (1 + np.exp(-z))).astype(np.float16)
    first = float(z[np.argmax(p == np.float16(1))])
    stable = float(np.logaddexp(0, first))
    return proof(
        f"from a logit of {first:.2f} on, the probability is exactly 1 in float16 and the loss of a wrong example "
        f"infinite; from logits it is {stable:.2f}",
        "sigmoid rounded to float16 for logits from 0 to 20",
        first_logit=first,
        loss_from_logits=stable,
    )


def rectified_logits(name: str, classes: int) -> Proof:
    """Examples whose outputs are all zero when logits pass through a rectifier, and what gradient they have."""
    count = class_count(classes)
    outputs = value(name, normal(16 * BATCH, count))
    silent = float((outputs == 0).all(axis=1).mean())
    zero = float((outputs == 0).mean())
    return proof(
        f"at the start {zero:.0%} of the logits are exactly 0 and pass no gradient back; {silent:.1%} of the examples "
        "have no other",
        f"{16 * BATCH} rows of {count} standard normal pre-activations, seed 0",
        zero_logits=zero,
        silent_examples=silent,
    )
