"""The catalogue of output heads, by id and by task; within a task the most usual head comes first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actwise.contract.names import nearest_name
from actwise.contract.vocabulary import TASKS
from models.heads.catalogue import (
    bounded,
    classification,
    control,
    counts,
    generative,
    positive,
    regression,
    structured,
    survival,
)
from models.heads.head import Head

_FAMILIES = (classification, regression, positive, counts, bounded, structured, generative, survival, control)
_ALL: tuple[Head, ...] = tuple(head for family in _FAMILIES for head in family.HEADS)
HEADS: Mapping[str, Head] = MappingProxyType({head.id: head for head in _ALL})

_FIRST: Mapping[str, tuple[str, ...]] = {
    "heteroscedastic_regression": ("gaussian_log_variance", "gaussian_softplus_variance"),
    "generation": ("softmax_vocabulary", "identity_denoising", "tanh_images"),
    "density": ("mixture_density", "gaussian_density"),
    "reinforcement_learning": ("softmax_policy", "tanh_gaussian_policy", "identity_value"),
    "segmentation": ("softmax_pixels", "sigmoid_dice_pixels"),
    "detection": ("detection_focal_boxes", "detection_set_softmax"),
}


class UnknownHead(KeyError):
    """A head that does not exist; the message holds the nearest that does."""

    def __str__(self) -> str:
        return str(self.args[0])


def get_head(head_id: str) -> Head:
    """The head with this id; UnknownHead with the nearest spelling when there is none."""
    if head_id in HEADS:
        return HEADS[head_id]
    near = nearest_name(head_id, HEADS)
    hint = f": did you mean {near!r}?" if near else f"; allowed are {', '.join(HEADS)}"
    raise UnknownHead(f"unknown head {head_id[:60]!r}{hint}")


def heads_for(task: str) -> tuple[Head, ...]:
    """The heads that serve a task, at least one for every task of the contract, the most usual first."""
    if task not in TASKS:
        near = nearest_name(task, TASKS)
        raise ValueError(f"unknown task {task[:60]!r}" + (f": did you mean {near!r}?" if near else ""))
    return _BY_TASK[task]


def _serving(task: str) -> tuple[Head, ...]:
    first = tuple(HEADS[head_id] for head_id in _FIRST.get(task, ()))
    return first + tuple(head for head in _ALL if task in head.tasks and head not in first)


_BY_TASK: Mapping[str, tuple[Head, ...]] = {task: _serving(task) for task in TASKS}

__all__ = ["HEADS", "Head", "UnknownHead", "get_head", "heads_for"]
