"""What the checks see of a network: its stages, its head, and what is known about its use.

Missing(Exception)   a check asked for something that nobody told; holds the field and what it would be needed for
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from actwise.contract.diagnosis import Layer, Network
from actwise.contract.request import Target
from actwise.contract.vocabulary import CLASSIFICATION_TASKS, REGRESSION_TASKS
from service.doctor.losses import ReadLoss, read_loss

WEIGHTED = ("dense", "conv", "recurrent", "attention", "graph")
"""Kinds of layers that multiply by weights and may carry an activation."""

_WORDS = {"adversarial": "whether training is adversarial", "privacy": "whether training is private"}
_OPAQUE = ("other", "attention")
_NORMS = ("batch", "layer", "group", "instance", "rms", "weight")


class Missing(Exception):
    """A fact that a check needs and that nobody told."""

    def __init__(self, field: str, why: str | None = None) -> None:
        super().__init__(field)
        self.field = field
        self.why = why or f"{_WORDS.get(field, f'the {field}')} is not known"


@dataclass(frozen=True)
class Placed:
    """An activation and the place of the layer that carries it."""

    index: int
    name: str


@dataclass(frozen=True)
class Stage:
    """One layer with weights, and everything behind it up to the next one."""

    index: int
    layer: Layer
    followers: tuple[tuple[int, Layer], ...]

    @property
    def told(self) -> bool:
        """Whether it is known which functions act behind the weights."""
        return self.layer.activation is not None or any(one.kind == "activation" for _, one in self.followers)

    @cached_property
    def functions(self) -> tuple[Placed, ...]:
        """The activations behind the weights, in order, "identity" among them; not those inside a recurrent cell."""
        own = [] if self.layer.kind in ("recurrent", "attention") else [(self.index, self.layer)]
        carriers = [*own, *((place, one) for place, one in self.followers if one.kind in ("activation", "other"))]
        return tuple(Placed(place, one.activation) for place, one in carriers if one.activation is not None)

    @cached_property
    def activations(self) -> tuple[Placed, ...]:
        """The same without the identity."""
        return tuple(placed for placed in self.functions if placed.name != "identity")

    @property
    def opaque(self) -> bool:
        """Whether something stands here of which it is not known what it computes."""
        return self.layer.kind in _OPAQUE or any(one.kind == "other" for _, one in self.followers)

    def of_kind(self, kind: str) -> tuple[tuple[int, Layer], ...]:
        """The followers of one kind."""
        return tuple((place, one) for place, one in self.followers if one.kind == kind)


class NetworkView:
    """A network with what follows from it. Attributes that nobody told raise Missing when they are asked for."""

    def __init__(self, network: Network, read_as: str = "network") -> None:
        self.network = network
        self.read_as = read_as
        self.layers = network.layers

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The layers with weights in the order of the text. What stands before the first belongs to none."""
        numbered = tuple(enumerate(self.layers))
        starts = [place for place, one in numbered if one.kind in WEIGHTED]
        bounds = pairwise([*starts, len(numbered)])
        return tuple(Stage(start, self.layers[start], numbered[start + 1 : end]) for start, end in bounds)

    @cached_property
    def hidden(self) -> tuple[Stage, ...]:
        """All stages but the last."""
        return self.stages[:-1]

    @property
    def output(self) -> Stage:
        """The last layer with weights, and what follows it."""
        if not self.stages:
            raise Missing("layers", "no layer with weights was read")
        return self.stages[-1]

    def head(self) -> tuple[Placed, ...]:
        """The activations behind the last weights; empty when there is none for certain."""
        last = self.output
        if last.opaque or last.layer.kind == "recurrent":
            raise Missing("activation", f"what {self.name(last.index)} and the layers behind it give out is not known")
        if not last.told:
            raise Missing("activation", f"the activation behind {self.name(last.index)}, the last layer, is not told")
        return last.activations

    def head_name(self) -> str:
        """The last activation of the head, "identity" when there is none."""
        head = self.head()
        return head[-1].name if head else "identity"

    def uses(self, *names: str) -> tuple[Placed, ...]:
        """Every place in the network, the head included, where one of these activations acts."""
        return tuple(placed for placed in self.everywhere if placed.name in names)

    @cached_property
    def everywhere(self) -> tuple[Placed, ...]:
        """Every activation with its place, those inside recurrent cells included."""
        return tuple(Placed(place, one.activation) for place, one in enumerate(self.layers) if one.activation)

    @cached_property
    def hidden_uses(self) -> tuple[Placed, ...]:
        """Activations of the hidden layers: all but those behind the last layer with weights."""
        last = self.stages[-1].index if self.stages else len(self.layers)
        recurrent = bool(self.stages) and self.layers[last].kind == "recurrent"
        return tuple(one for one in self.everywhere if one.index < last or (recurrent and one.index == last))

    @property
    def hidden_uses_beyond_identity(self) -> tuple[Placed, ...]:
        """Activations of the hidden layers that bend anything."""
        return tuple(placed for placed in self.hidden_uses if placed.name != "identity")

    def recurrent(self) -> Iterator[tuple[int, Layer]]:
        """The recurrent layers with their places."""
        return ((place, one) for place, one in enumerate(self.layers) if one.kind == "recurrent")

    @cached_property
    def normalizers(self) -> tuple[tuple[int, Layer], ...]:
        """The normalisation layers with their places."""
        return tuple((place, one) for place, one in enumerate(self.layers) if one.kind == "normalization")

    @property
    def loss(self) -> ReadLoss:
        """The loss, read. Raises Missing."""
        if self.network.loss is None:
            raise Missing("loss")
        return read_loss(self.network.loss, self.network.from_logits, self.network.framework)

    @property
    def takes(self) -> str:
        """What the loss is given: logits, probabilities, ... Raises Missing when that depends on from_logits."""
        loss = self.loss
        if loss.takes == "unknown" and loss.labels:
            raise Missing("from_logits", f"{loss.name} takes logits or probabilities, and from_logits is not told")
        return loss.takes

    @property
    def task(self) -> str:
        """The task. Raises Missing."""
        if self.network.task is None:
            raise Missing("task")
        return self.network.task

    @property
    def precision(self) -> str:
        """What the network computes in. Raises Missing."""
        if self.network.precision is None:
            raise Missing("precision")
        return self.network.precision

    @property
    def is_classification(self) -> bool:
        """Whether the task is one with labels, by its name or else by its loss."""
        if self.network.task is None and self.network.loss is not None and self.loss.labels:
            return True
        return self.task in CLASSIFICATION_TASKS

    @property
    def is_regression(self) -> bool:
        """Whether the task predicts numbers."""
        if self.network.task is None and self.network.loss is not None and self.loss.labels:
            return False
        return self.task in REGRESSION_TASKS

    @property
    def single_label(self) -> bool:
        """Whether exactly one of several classes is true."""
        if self.task == "classification":
            return self.classes > 2
        return self.task in ("multiclass_classification", "sequence_labeling", "language_modeling", "segmentation")

    @property
    def classes(self) -> int:
        """How many classes: told, or two in a binary task. Raises Missing."""
        if self.network.classes is not None:
            return self.network.classes
        if self.network.task == "binary_classification":
            return 2
        raise Missing("classes", "the number of classes is not known")

    @property
    def units(self) -> int:
        """Outputs of the last layer with weights. Raises Missing."""
        if self.output.layer.units is None:
            raise Missing("units", f"the number of units of {self.name(self.output.index)} is not known")
        return self.output.layer.units

    @property
    def outcomes(self) -> int:
        """Classes, or else the units of the output: what a loss over K classes has for K."""
        told = self.network.classes
        return told if told is not None and told > 1 else self.units

    @property
    def target(self) -> Target:
        """What is known of the target. Raises Missing."""
        if self.network.target is None:
            raise Missing("target", "the range of the target is not known")
        return self.network.target

    @property
    def plain(self) -> bool:
        """Whether there is neither normalisation nor a residual path. Raises Missing when a print cannot show it."""
        return not self.normalizers and not self.is_residual

    @property
    def is_residual(self) -> bool:
        """Whether layers are added to their inputs. A PyTorch print does not show additions."""
        told = self.network.residual
        if told is not None:
            return told
        if any(one.kind == "addition" for one in self.layers):
            return True
        if self.read_as == "pytorch" and not self._sequential:
            raise Missing("residual", "a printed module does not show whether layers are added to their inputs")
        return False

    @property
    def _sequential(self) -> bool:
        """Whether every name is a number in one container, as in nn.Sequential, where data pass in that order."""
        names = [one.name or "" for one in self.layers]
        return len({name.rpartition(".")[0] for name in names}) == 1 and all(
            name.rpartition(".")[2].isdigit() for name in names
        )

    @property
    def depth(self) -> int:
        """Hidden layers: told, or counted; at least 1."""
        return self.network.depth or max(len(self.hidden), 1)

    @cached_property
    def width(self) -> int:
        """The commonest number of units among the hidden layers, 64 where none is known."""
        known = [one.layer.units for one in self.hidden if one.layer.units is not None]
        return max(set(known), key=lambda units: (known.count(units), -units)) if known else 64

    def name(self, index: int) -> str:
        """The caller's own name of a layer, or its place and type."""
        layer = self.layers[index]
        what = layer.type or layer.kind
        return f"{layer.name} ({what})" if layer.name else f"layers[{index}] ({what})"

    def act(self, placed: Placed) -> str:
        """An activation in words: its own layer, or its name and the layer that carries it."""
        carrier = self.name(placed.index)
        return carrier if self.layers[placed.index].kind == "activation" else f"{placed.name} in {carrier}"

    def initialization(self, layer: Layer) -> str:
        """The scheme of a layer's weights: told, or the framework's default as "pytorch", "keras", ..."""
        if layer.initialization is not None:
            return layer.initialization.lower()
        if self.network.framework is None:
            raise Missing("initialization", "neither the start of the weights nor the framework is known")
        return self.network.framework


def normalization_kind(layer: Layer) -> str | None:
    """batch, layer, group, instance, rms or weight, by the type's name; None when it says nothing."""
    text = f"{layer.type or ''} {layer.parameters.get('kind', '')}".lower()
    return next((kind for kind in _NORMS if kind in text), None)
