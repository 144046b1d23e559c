"""Contradictions between fields: requests in which every field is valid and the whole is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actwise.contract.faults import Fault
from actwise.contract.request import NO_TARGET, TaskDescription
from actwise.contract.vocabulary import CLASSIFICATION_TASKS, REGRESSION_TASKS

_NOT_NEGATIVE = {"count_regression": "a count", "positive_regression": "a positive target", "survival": "a time"}
_SINGLE_CHOICE = {"softmax", "log_softmax"}
_BOUNDED_HEADS = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def contradictions(request: TaskDescription) -> tuple[Fault, ...]:
    """Every contradiction in a request, in the order of the checks below; empty when there is none."""
    return tuple(fault for check in _CHECKS for fault in check(request))


def _fault(pointer: str, message: str, sent: Any) -> Fault:
    return Fault(pointer=pointer, code="contradiction", message=message, sent=sent)


def _target_order(request: TaskDescription) -> Iterator[Fault]:
    target = request.target or NO_TARGET
    if target.low is not None and target.high is not None and target.low >= target.high:
        yield _fault("/target", f"low ({target.low}) must be below high ({target.high})", [target.low, target.high])
    if target.mean is None:
        return
    if target.low is not None and target.mean < target.low:
        yield _fault("/target/mean", f"the mean cannot be below low ({target.low})", target.mean)
    if target.high is not None and target.mean > target.high:
        yield _fault("/target/mean", f"the mean cannot be above high ({target.high})", target.mean)


def _target_sign(request: TaskDescription) -> Iterator[Fault]:
    target = request.target or NO_TARGET
    what = _NOT_NEGATIVE.get(request.task)
    if what and target.low is not None and target.low < 0:
        yield _fault("/target/low", f"{what} is never below zero; say regression if yours is", target.low)
    if what and target.high is not None and target.high <= 0:
        yield _fault("/target/high", f"{what} with no value above zero leaves nothing to predict", target.high)


def _target_bounds(request: TaskDescription) -> Iterator[Fault]:
    target = request.target or NO_TARGET
    if request.task != "bounded_regression":
        return
    for side in ("low", "high"):
        if getattr(target, side) is None:
            yield _fault(f"/target/{side}", "a bounded regression needs target.low and target.high", None)


def _target_kind(request: TaskDescription) -> Iterator[Fault]:
    target = request.target
    if target is None or request.task not in CLASSIFICATION_TASKS:
        return
    for field in ("low", "high", "orders_of_magnitude", "zero_share", "overdispersed", "heavy_tailed", "mean"):
        value = getattr(target, field)
        if value is not None:
            yield _fault(f"/target/{field}", f"{request.task} predicts labels, which have no {field}", value)


def _classes(request: TaskDescription) -> Iterator[Fault]:
    classes = request.classes
    if classes is None:
        return
    if request.task in REGRESSION_TASKS:
        yield _fault("/classes", f"{request.task} predicts numbers; leave classes out", classes)
    if request.task == "binary_classification" and classes != 2:
        yield _fault("/classes", "a binary classification has 2 classes", classes)
    if request.task in ("classification", "multiclass_classification", "ordinal") and classes < 2:
        yield _fault("/classes", "with fewer than 2 classes there is nothing to tell apart", classes)


def _head(request: TaskDescription) -> Iterator[Fault]:
    if request.output is None or request.output.activation is None:
        return
    head, target = request.output.activation, request.target or NO_TARGET
    if request.task == "multilabel_classification" and head in _SINGLE_CHOICE:
        yield _fault(
            "/output/activation",
            f"{head} makes the labels compete for one unit of probability, but in a multilabel task several "
            "can be true at once: use sigmoid, one per label",
            head,
        )
    if request.task == "binary_classification" and head == "softmax" and request.classes == 1:
        yield _fault("/output/activation", "softmax over one unit is always 1: use sigmoid", head)
    bounds = _BOUNDED_HEADS.get(head)
    open_ended = request.task == "regression" and (target.low is None or target.high is None)
    if bounds and (open_ended or request.task in ("count_regression", "positive_regression")):
        yield _fault("/output/activation", f"{head} cannot leave {bounds}, and the target is not bounded", head)
    if head == "relu" and request.task in REGRESSION_TASKS and target.low is not None and target.low < 0:
        yield _fault("/output/activation", f"relu cannot predict values down to {target.low}", head)


def _allow_and_deny(request: TaskDescription) -> Iterator[Fault]:
    allowed, denied = set(request.allow or ()), set(request.deny or ())
    both = sorted(allowed & denied)
    if both:
        yield _fault("/deny", f"both allowed and denied: {', '.join(both)}", both)
    if request.allow and not allowed - denied:
        yield _fault("/allow", "nothing is left to choose from", sorted(allowed))


def _derivatives(request: TaskDescription) -> Iterator[Fault]:
    if request.physics_informed and request.input_derivatives == 0:
        yield _fault("/input_derivatives", "a physics-informed loss contains input derivatives", 0)


def _cell(request: TaskDescription) -> Iterator[Fault]:
    kinds = {block.layer_type for block in request.layers or ()} | {request.layer_type}
    if request.cell is not None and not kinds & {"recurrent", "mixed"}:
        yield _fault("/cell", f"{request.layer_type} layers have no recurrent cell", request.cell)


def _block_names(request: TaskDescription) -> Iterator[Fault]:
    names = [block.name for block in request.layers or () if block.name]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _fault("/layers", f"two blocks are called {name!r}", name)


def _imbalance(request: TaskDescription) -> Iterator[Fault]:
    if request.imbalance is not None and request.task not in CLASSIFICATION_TASKS:
        yield _fault("/imbalance", f"{request.task} has no classes to be rare", request.imbalance)
    if request.imbalance is not None and request.classes and request.imbalance * request.classes > 1:
        most = 1 / request.classes
        yield _fault("/imbalance", f"the rarest of {request.classes} classes has at most {most:.3g}", request.imbalance)


def _probe_data(request: TaskDescription) -> Iterator[Fault]:
    data = request.probe.data if request.probe else None
    if data is None:
        return
    given = [field for field in ("name", "dataset", "file") if getattr(data, field) is not None]
    if len(given) > 1:
        yield _fault("/probe/data", f"give one of {' and '.join(given)}, not both", given)
    if data.group is not None and data.time is not None:
        yield _fault("/probe/data/time", "rows are split by group or by time, not by both", data.time)
    for field in ("group", "time", "ignore"):
        value = getattr(data, field)
        if value is not None and not {"dataset", "file"} & {*given}:
            yield _fault(f"/probe/data/{field}", f"{field} names a column of your own dataset or file", value)


_CHECKS = (
    _target_order,
    _target_sign,
    _target_bounds,
    _target_kind,
    _classes,
    _head,
    _allow_and_deny,
    _derivatives,
    _cell,
    _block_names,
    _imbalance,
    _probe_data,
)
