"""Normalisation and dropout: their order, what they make useless, and where they are missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from actwise.contract.diagnosis import Fix, Layer
from service.doctor.base import Fault, check
from service.doctor.fixes import attribute, keras_layer, pytorch_layer, with_activation
from service.doctor.proofs import scale as proofs
from service.doctor.view import NetworkView, normalization_kind


def _alpha(layer_type: str | None) -> bool:
    return "alpha" in (layer_type or "").lower()


def _rate(parameters: dict[str, bool | int | float | str]) -> float:
    given = parameters.get("p", parameters.get("rate", 0.5))
    return float(given) if isinstance(given, (int, float)) else 0.5


@check(
    "squared-relu-without-normalization",
    "Squared ReLU without normalisation",
    severity="warning",
    because="A square doubles every relative change in size; over layers a signal explodes or dies.",
    needs=(),
    citations=("so2021", "actwise-doctor"),
)
def squared_relu_without_normalization(view: NetworkView) -> Iterator[Fault]:
    """Squared ReLU in at least three hidden layers without a normalisation."""
    used = [placed for placed in view.hidden_uses if placed.name == "squared_relu"]
    if len(used) < 3 or view.normalizers:
        return
    yield Fault(
        tuple(placed.index for placed in used),
        f"{len(used)} layers square their signal, and none is normalised.",
        proofs.squared_growth("squared_relu", len(used)),
        with_activation(view, used[0], "relu", "Normalise before each of them, or use ReLU."),
    )


@check(
    "normalizers-in-a-row",
    "Two normalisations with no weights between them",
    severity="advice",
    because="The second finds what the first already made; it costs time and seldom changes anything.",
    citations=("actwise-doctor",),
)
def normalizers_in_a_row(view: NetworkView) -> Iterator[Fault]:
    """Two neighbouring normalisation layers of one kind."""
    for (first, before), (second, after) in pairwise(enumerate(view.layers)):
        kinds = {normalization_kind(before), normalization_kind(after)}
        if before.kind == after.kind == "normalization" and len(kinds) == 1:
            yield Fault(
                (first, second),
                f"{view.name(second)} normalises what {view.name(first)} has normalised.",
                fix=Fix(
                    sentence="Keep one of them.",
                    pytorch=f"{attribute(view, second)} = torch.nn.Identity()",
                    keras=f"# leave out {view.name(second)}",
                ),
            )


def _has_bias(view: NetworkView, layer: Layer) -> bool:
    """Whether a bias is told; PyTorch prints that of a convolution only where it is left out."""
    printed = view.read_as == "pytorch" and layer.kind == "conv"
    return layer.parameters.get("bias", layer.parameters.get("use_bias", printed)) is True


@check(
    "bias-before-batch-norm",
    "A bias in front of batch normalisation",
    severity="advice",
    because="Batch normalisation takes the mean off each unit, and the bias with it; its own shift takes that place.",
    citations=("ioffe2015",),
)
def bias_before_batch_norm(view: NetworkView) -> Iterator[Fault]:
    """A layer whose bias is told to be there, directly followed by batch normalisation."""
    for stage in view.stages:
        following = stage.followers[0][1] if stage.followers else None
        if (
            following is None
            or normalization_kind(following) != "batch"
            or stage.layer.activation not in (None, "identity")
        ):
            continue
        if not _has_bias(view, stage.layer):
            continue
        yield Fault(
            (stage.index,),
            f"{view.name(stage.index)} has a bias that {view.name(stage.followers[0][0])} removes.",
            proofs.bias_before_normalization(stage.layer.units or view.width),
            Fix(
                sentence="Leave the bias out.",
                pytorch=f"{pytorch_layer(stage.layer)[:-1]}, bias=False)",
                keras=keras_layer(stage.layer, use_bias="False"),
            ),
        )


@check(
    "dropout-before-batch-norm",
    "Dropout in front of batch normalisation",
    severity="advice",
    because="Dropout changes the variance in training and not in use, and batch normalisation keeps that of training.",
    citations=("li2019dropout",),
)
def dropout_before_batch_norm(view: NetworkView) -> Iterator[Fault]:
    """A dropout whose next layer with statistics, before any other weights or behind the next ones, is batch norm."""
    for place, layer in enumerate(view.layers):
        rate = _rate(layer.parameters)
        if layer.kind != "dropout" or _alpha(layer.type) or rate <= 0:
            continue
        later = next((spot for spot in _ahead(view, place) if view.layers[spot].kind == "normalization"), None)
        if later is None or normalization_kind(view.layers[later]) != "batch":
            continue
        yield Fault(
            (place, later),
            f"{view.name(place)} acts before {view.name(later)}.",
            proofs.dropout_before_normalization(rate),
            Fix(
                sentence="Put dropout behind the last batch normalisation, or leave it out.",
                pytorch=f"{attribute(view, place)} = torch.nn.Identity()",
                keras=f"# leave out {view.name(place)}",
            ),
        )


def _ahead(view: NetworkView, place: int) -> Iterator[int]:
    """Places behind `place` up to the second layer with weights."""
    weighted = 0
    for spot in range(place + 1, len(view.layers)):
        weighted += view.layers[spot].kind in ("dense", "conv", "recurrent", "attention", "graph")
        if weighted > 1:
            return
        yield spot


@check(
    "batch-norm-behind-activation",
    "Batch normalisation behind the activation",
    severity="advice",
    because="It was published before the activation. Behind it works too, and then the last function before the next "
    "weights is linear: say which one is meant, since pretrained weights and fusing of layers expect the usual order.",
    citations=("ioffe2015", "mishkin2016"),
)
def batch_norm_behind_activation(view: NetworkView) -> Iterator[Fault]:
    """Batch normalisation behind the activation in some layers and before it in others."""
    before: list[int] = []
    behind: list[int] = []
    for stage in view.hidden:
        norms = [place for place, one in stage.of_kind("normalization") if normalization_kind(one) == "batch"]
        if not norms or not stage.activations:
            continue
        (behind if norms[0] > stage.activations[0].index else before).append(norms[0])
    if before and behind:
        odd = behind if len(behind) <= len(before) else before
        yield Fault(
            tuple(odd),
            f"Batch normalisation stands before the activation in {len(before)} layers and behind it in {len(behind)}.",
            fix=Fix(
                sentence="Use one order throughout; before the activation is the published one.",
                pytorch="torch.nn.Sequential(layer, norm, activation)",
                keras="activation(norm(layer(x)))",
            ),
        )


@check(
    "normalized-output",
    "A normalisation behind the last layer",
    severity="warning",
    because="It fixes mean and size of the outputs over the batch, and makes each prediction depend on the others.",
    needs=("task", "loss"),
    citations=("ioffe2015", "actwise-doctor"),
)
def normalized_output(view: NetworkView) -> Iterator[Fault]:
    """Batch normalisation behind the last layer with weights, where classes or numbers are predicted."""
    if not view.stages:
        return
    places = [place for place, one in view.output.of_kind("normalization") if normalization_kind(one) == "batch"]
    if not places or not (view.is_regression or view.is_classification):
        return
    yield Fault(
        (places[0],),
        f"{view.name(places[0])} normalises the outputs of {view.name(view.output.index)}.",
        proofs.normalized_output(),
        Fix(
            sentence="Leave it out behind the last layer.",
            pytorch=f"{attribute(view, places[0])} = torch.nn.Identity()",
            keras=f"# leave out {view.name(places[0])}",
        ),
    )


CHECKS = (
    squared_relu_without_normalization,
    normalizers_in_a_row,
    bias_before_batch_norm,
    dropout_before_batch_norm,
    batch_norm_behind_activation,
    normalized_output,
)
