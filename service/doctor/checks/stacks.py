"""What stands between layers: nothing, twice something, or something that belongs at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from actwise.contract.diagnosis import Fix
from service.doctor.base import Fault, check
from service.doctor.checks.families import ROW_WISE
from service.doctor.fixes import attribute, keras_layer, pytorch_layer, with_activation, without_activation
from service.doctor.proofs import stacks as proofs
from service.doctor.proofs.toy import plural
from service.doctor.view import Missing, NetworkView, Stage

_KINDS = ("dense", "conv")


def _bare(stage: Stage) -> bool:
    """Whether nothing but linear layers stands behind the weights, as far as the text says."""
    bends = any(one.kind in ("addition", "other", "embedding", "pooling") for _, one in stage.followers)
    return stage.layer.kind in _KINDS and not stage.activations and not bends


def _pairs(view: NetworkView) -> Iterator[tuple[Stage, Stage]]:
    """Neighbours of one kind with no activation between them, without those that factor a matrix on purpose."""
    for before, after in pairwise(view.stages):
        if _bare(before) and before.layer.kind == after.layer.kind and not _factored(before, after):
            yield before, after


def _factored(before: Stage, after: Stage) -> bool:
    """Whether the pair is a cheap factor of a larger map: a narrow middle, or a convolution per channel or point."""
    if before.layer.kind == "conv":
        return True
    narrow, wide, again = before.layer.units, before.layer.inputs, after.layer.units
    return narrow is not None and wide is not None and again is not None and narrow < min(wide, again)


@check(
    "layers-without-activation",
    "Two layers with nothing between them",
    severity="warning",
    because="Two linear maps in a row are one linear map: the second adds weights and no ability.",
    needs=("activation",),
    citations=("actwise-doctor", "bishop1995"),
)
def layers_without_activation(view: NetworkView) -> Iterator[Fault]:
    """Two dense layers whose text says that no activation acts between them."""
    unknown = None
    for before, after in _pairs(view):
        if not before.told:
            unknown = unknown or before
            continue
        sizes = (before.layer.inputs or view.width, before.layer.units or view.width, after.layer.units or view.width)
        yield Fault(
            (before.index, after.index),
            f"Nothing acts between {view.name(before.index)} and {view.name(after.index)}.",
            proofs.product_of_layers(sizes),
            Fix(
                sentence="Put an activation between them, or leave one of them out.",
                pytorch=f"{attribute(view, before.index)} = torch.nn.Sequential({pytorch_layer(before.layer)}, "
                "torch.nn.ReLU())",
                keras=keras_layer(before.layer, '"relu"'),
            ),
        )
    if unknown:
        raise Missing("activation", f"what acts behind {view.name(unknown.index)} is not told")


@check(
    "no-activation-anywhere",
    "A network without any activation",
    severity="error",
    because="Without an activation all layers together are one linear map, however many there are.",
    needs=("activation",),
    citations=("actwise-doctor", "bishop1995"),
)
def no_activation_anywhere(view: NetworkView) -> Iterator[Fault]:
    """Dense and convolutional layers only, at least two, none of them with an activation."""
    linear = all(stage.layer.kind in _KINDS for stage in view.stages)
    bends = any(one.kind in ("other", "addition", "embedding") for one in view.layers)
    if len(view.stages) < 2 or not linear or bends or view.hidden_uses_beyond_identity:
        return
    silent = next((stage for stage in view.hidden if not stage.told), None)
    if silent:
        raise Missing("activation", f"what acts behind {view.name(silent.index)} is not told")
    first = view.hidden[0]
    yield Fault(
        tuple(stage.index for stage in view.stages),
        f"No activation follows {plural(len(view.hidden), 'hidden layer')}.",
        proofs.linear_on_exclusive_or(len(view.stages)),
        Fix(
            sentence="Put an activation behind every hidden layer.",
            pytorch=f"{attribute(view, first.index)} = torch.nn.Sequential({pytorch_layer(first.layer)}, "
            "torch.nn.ReLU())",
            keras=keras_layer(first.layer, '"relu"'),
        ),
    )


@check(
    "activation-after-activation",
    "Two activations one after another",
    severity="warning",
    because="The second acts on what the first left: it changes nothing, or it takes gradient away.",
    needs=(),
    citations=("actwise-doctor",),
)
def activation_after_activation(view: NetworkView) -> Iterator[Fault]:
    """Two elementwise activations with no layer but dropout or identity between them."""
    for stage in view.stages:
        for first, second in pairwise(stage.activations):
            between = {view.layers[place].kind for place in range(first.index + 1, second.index)}
            if between - {"dropout", "activation"} or {first.name, second.name} & {*ROW_WISE, "glu", "exp"}:
                continue
            if any(name.endswith("glu") for name in (first.name, second.name)):
                continue
            yield Fault(
                (first.index, second.index),
                f"{first.name} is followed by {second.name} with no layer between them.",
                proofs.two_in_a_row(first.name, second.name),
                without_activation(view, second, f"Keep {first.name} alone."),
            )


@check(
    "softmax-inside",
    "Softmax as a hidden activation",
    severity="warning",
    because="Over many units each output is near one over their number: little signal and less gradient pass.",
    needs=(),
    citations=("actwise-doctor", "bridle1990"),
)
def softmax_inside(view: NetworkView) -> Iterator[Fault]:
    """Softmax or log-softmax behind a hidden dense or convolutional layer."""
    for stage in view.hidden:
        if stage.layer.kind not in _KINDS or any(one.kind == "other" for _, one in stage.followers):
            continue
        for placed in stage.activations:
            if placed.name in ROW_WISE:
                yield Fault(
                    (placed.index,),
                    f"{view.act(placed)} stands behind the hidden layer {view.name(stage.index)}.",
                    proofs.softmax_inside(stage.layer.units or view.width),
                    with_activation(view, placed, "relu", "Use an activation that acts on each unit by itself."),
                )


@check(
    "equal-weights",
    "Weights that all start with the same number",
    severity="error",
    because="Units that start alike get the same gradients and stay alike: symmetry is never broken.",
    needs=(),
    citations=("glorot2010", "actwise-doctor"),
)
def equal_weights(view: NetworkView) -> Iterator[Fault]:
    """A hidden layer whose weights start at zero, at one or at another constant."""
    for stage in view.hidden:
        scheme = (stage.layer.initialization or "").lower()
        if not scheme.startswith(("zero", "ones", "constant")) or (stage.layer.units or 2) < 2:
            continue
        yield Fault(
            (stage.index,),
            f"{view.name(stage.index)} starts with {scheme} weights.",
            proofs.repeated_kernel(stage.layer.units or view.width, stage.layer.inputs or view.width),
            Fix(
                sentence="Draw the weights at random.",
                pytorch=f"torch.nn.init.kaiming_normal_({attribute(view, stage.index)}.weight)",
                keras=keras_layer(stage.layer, kernel_initializer='"he_normal"'),
            ),
        )


CHECKS = (layers_without_activation, no_activation_anywhere, activation_after_activation, softmax_inside, equal_weights)
