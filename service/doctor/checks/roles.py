"""Networks with a part to play: generators, critics, policies, spreads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actwise.contract.diagnosis import Fix
from service.doctor.base import Fault, check
from service.doctor.checks.families import BOUNDED
from service.doctor.fixes import keras_layer, pytorch_layer, with_activation, without_activation
from service.doctor.proofs import numbers as proofs
from service.doctor.view import Missing, NetworkView

_SPREAD = re.compile(r"(^|[._])(std|sigma|scale|stddev|var|variance)(_?(head|layer|out|output|net))?($|[._0-9])")


@check(
    "unbounded-image-generator",
    "A generator of images without a bounded output",
    severity="warning",
    because="Pixels have a lowest and a highest value; tanh keeps a generator inside them from the first step.",
    needs=("task", "activation", "target", "modality"),
    citations=("radford2016",),
)
def unbounded_image_generator(view: NetworkView) -> Iterator[Fault]:
    """A generation task over images with known ends and a last activation that is not bounded."""
    if view.task != "generation" or view.network.modality not in (None, "image"):
        return
    name = view.head_name()
    if name in BOUNDED:
        return
    if view.network.modality is None:
        raise Missing("modality")
    if view.target.low is None or view.target.high is None:
        raise Missing("target", "the lowest and highest pixel value (target.low, target.high) are not known")
    head, low, high = view.head(), view.target.low, view.target.high
    place, layer = (head[-1].index if head else view.output.index), view.output.layer
    yield Fault(
        (place,),
        f"{view.name(place)} gives images without bounds; pixels run from {low:g} to {high:g}.",
        proofs.wasted_range(name, low, high),
        with_activation(view, head[-1], "tanh", "End with tanh, and scale images to [-1, 1].")
        if head
        else Fix(
            sentence="End with tanh, and scale images to [-1, 1].",
            pytorch=f"torch.nn.Sequential({pytorch_layer(layer)}, torch.nn.Tanh())",
            keras=keras_layer(layer, '"tanh"'),
        ),
    )


@check(
    "bounded-critic",
    "A bounded critic under a Wasserstein loss",
    severity="error",
    because="The loss is a difference of means that must be able to grow with the distance; a sigmoid caps it.",
    needs=("loss", "activation"),
    citations=("arjovsky2017",),
)
def bounded_critic(view: NetworkView) -> Iterator[Fault]:
    """A bounded last activation with a Wasserstein loss."""
    if view.loss.measures != "wasserstein":
        return
    head = view.head()
    if not head or head[-1].name not in BOUNDED:
        return
    yield Fault(
        (head[-1].index,),
        f"{view.act(head[-1])} bounds the critic.",
        proofs.bounded_critic(head[-1].name),
        without_activation(view, head[-1], "End the critic with the linear layer."),
    )


@check(
    "spread-that-is-not-positive",
    "A standard deviation that can be zero or negative",
    severity="error",
    because="A likelihood divides by the spread and takes its logarithm; a rectified or linear one can be zero "
    "or less.",
    needs=("activation",),
    citations=("nix1994", "andrychowicz2020"),
)
def spread_that_is_not_positive(view: NetworkView) -> Iterator[Fault]:
    """A layer named std, sigma, scale or variance, without log in its name, with a linear or rectified activation."""
    for stage in view.stages:
        name = (stage.layer.name or "").lower()
        if stage.layer.kind != "dense" or "log" in name or not _SPREAD.search(name):
            continue
        if not stage.told:
            raise Missing("activation", f"the activation behind {view.name(stage.index)} is not told")
        last = stage.functions[-1].name if stage.functions else "identity"
        if last in ("softplus", "exp", "sigmoid", "squareplus") or (last not in ("identity", "relu", "tanh")):
            continue
        yield Fault(
            (stage.index,),
            f"{view.name(stage.index)} is a spread by its name, and {last} gives zero or negative values.",
            proofs.spread_that_is_no_spread(last),
            Fix(
                sentence="Use softplus with a small floor, or let the layer give the logarithm.",
                pytorch=f"torch.nn.Sequential({pytorch_layer(stage.layer)}, torch.nn.Softplus())  # + 1e-3",
                keras=keras_layer(stage.layer, '"softplus"'),
            ),
        )


@check(
    "rectified-value",
    "A rectifier behind a policy's or value's output",
    severity="warning",
    because="Returns and action means can be negative; a rectified output cannot say so and can die.",
    needs=("task", "activation"),
    citations=("mnih2015",),
)
def rectified_value(view: NetworkView) -> Iterator[Fault]:
    """ReLU or one of its kind as the last activation in reinforcement learning."""
    if view.task != "reinforcement_learning":
        return
    head = view.head()
    if not head or head[-1].name not in ("relu", "relu6", "squared_relu"):
        return
    yield Fault(
        (head[-1].index,),
        f"{head[-1].name} stands behind the output {view.name(view.output.index)}.",
        proofs.rectified_output(head[-1].name, None, view.output.layer.inputs or view.width),
        without_activation(
            view, head[-1], "End with the linear layer; squash actions with tanh where they are bounded."
        ),
    )


CHECKS = (unbounded_image_generator, bounded_critic, spread_that_is_not_positive, rectified_value)
