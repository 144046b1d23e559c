"""What an integration tells: what was found in a network, and what was changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from actwise.contract.diagnosis import Layer, Network
from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.validation import faults_of
from actwise.contract.vocabulary import TASKS

Manner = Literal["module", "function", "cell", "file", "setting"]


@dataclass(frozen=True)
class Place:
    """One activation as it is now.

    activation   canonical name
    where        the layer's own name, or the file and line that calls a function
    manner       "module": an object that can be exchanged; "function": a call in the code; "cell": inside a recurrent
                 layer; "file": an operator of a file; "setting": a word of a configuration
    uses         how often the same object acts
    """

    activation: str
    where: str
    manner: Manner
    uses: int = 1

    def __str__(self) -> str:
        return (
            f"{self.activation} at {self.where} ({self.manner}{f', used {self.uses} times' if self.uses > 1 else ''})"
        )


@dataclass(frozen=True)
class Found:
    """What was found in a network.

    fields            of a TaskDescription, as found
    known             the same, as the caller knows better
    layers            in the form of the doctor, in order of execution
    activations       of hidden layers, as they are now
    notes             what was not found, and what was taken for it
    outputs           units of the output layer
    sequence_length   of the example, where it has one
    """

    fields: Mapping[str, Any]
    layers: tuple[Layer, ...]
    activations: tuple[Place, ...]
    notes: tuple[str, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)
    outputs: int | None = None
    sequence_length: int | None = None

    @property
    def description(self) -> TaskDescription:
        """The request; what the caller knows wins, and None leaves a field open.

        Raises ContractError with every fault; also when the task is neither told nor to be seen.
        """
        found = dict(self.fields)
        if "layer_type" in self.known:
            found.pop("layers", None)
        found |= self._units({**found, **self.known})
        fields = {"compute_budget": "medium", **found, **self.known}
        if fields.get("task") is None:
            raise ContractError((_NO_TASK,))
        return read_request({name: value for name, value in fields.items() if value is not None})

    def _units(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the number of outputs means for the task."""
        task, units = fields.get("task"), self.outputs
        if units is None:
            return {}
        if task in _ONE_OF_CLASSES:
            return {"classes": max(units, 2)}
        if task == "multilabel_classification" and units > 1:
            return {"classes": units}
        return {"target": {"outputs": units}} if task in _NUMBERS and units > 1 else {}

    @property
    def network(self) -> Network:
        """The network as the doctor takes it. Raises ContractError for what the caller knows and cannot be."""
        fields = {**self.fields, **self.known}
        told = {name: fields[name] for name in _OF_NETWORK if fields.get(name) is not None}
        try:
            return Network.model_validate({"layers": self.layers, **told})
        except ValidationError as error:
            raise ContractError(faults_of(error, Network)) from None

    def __str__(self) -> str:
        lines = [", ".join(f"{name}={_short(value)}" for name, value in self.fields.items())]
        lines += [f"now: {place}" for place in self.activations] or ["now: no activation was found"]
        return "\n".join((*lines, *(f"note: {note}" for note in self.notes)))


_NO_TASK = Fault(
    pointer="/task",
    code="missing",
    message='a network does not show its task: say it, as in describe(..., task="classification")',
    allowed=TASKS,
)
_ONE_OF_CLASSES = frozenset(
    {"classification", "multiclass_classification", "sequence_labeling", "segmentation", "ordinal"}
)
_NUMBERS = frozenset({"regression", "bounded_regression", "positive_regression", "count_regression"})
_OF_NETWORK = (
    "loss",
    "from_logits",
    "framework",
    "task",
    "classes",
    "target",
    "modality",
    "optimizer",
    "learning_rate",
    "weight_decay",
    "precision",
    "deployment",
    "input_derivatives",
    "privacy",
    "adversarial",
    "standardized_inputs",
    "imbalance",
    "residual",
)


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{'; '.join(map(_short, value))}]"
    if isinstance(value, dict):
        return " ".join(f"{key}={one}" for key, one in value.items() if one is not None)
    return str(value)


@dataclass
class Changes:
    """What was done to a network, and what could not be.

    swapped         (where, activation before, activation now)
    started         (where, gain, scheme) of the layers whose weights were drawn anew
    left            what stays as it was, and why
    not_swapped     what should have been swapped and cannot be, each with its place
    model           the changed network, where a new one had to be made
    """

    swapped: list[tuple[str, str, str]] = field(default_factory=list)
    started: list[tuple[str, float, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    not_swapped: list[str] = field(default_factory=list)
    model: Any = None

    def __str__(self) -> str:
        lines = [f"swapped {where}: {before} -> {now}" for where, before, now in self.swapped]
        lines += [f"started {where}: {scheme}, gain {gain:g}" for where, gain, scheme in self.started]
        lines += [f"not swapped: {one}" for one in self.not_swapped]
        return "\n".join((*lines, *(f"left: {one}" for one in self.left))) or "nothing was changed"
