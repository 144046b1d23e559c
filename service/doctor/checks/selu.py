"""SELU, its own start, its own dropout, and what it does not go together with."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Fix
from service.doctor.base import Fault, check
from service.doctor.fixes import attribute, keras_layer, with_activation
from service.doctor.proofs import scale as proofs
from service.doctor.proofs.signals import start_of
from service.doctor.proofs.toy import plural
from service.doctor.view import NetworkView

_SELU_START = "LeCun normal is SELU's start: variance 1 / fan_in."


def _alpha(layer_type: str | None) -> bool:
    return "alpha" in (layer_type or "").lower()


def _rate(parameters: dict[str, bool | int | float | str]) -> float:
    given = parameters.get("p", parameters.get("rate", 0.5))
    return float(given) if isinstance(given, (int, float)) else 0.5


@check(
    "selu-with-normalization",
    "SELU together with a normalisation",
    severity="warning",
    because="SELU normalises by its own fixed point; where a layer normalises anyway, nothing of that is left.",
    citations=("klambauer2017", "mishkin2016"),
)
def selu_with_normalization(view: NetworkView) -> Iterator[Fault]:
    """SELU in the hidden layers of a network with a normalisation layer."""
    used = view.uses("selu")
    if not used or not view.normalizers:
        return
    norm = view.normalizers[0][0]
    yield Fault(
        (*(placed.index for placed in used), norm),
        f"SELU stands beside {view.name(norm)}.",
        proofs.selu_behind_normalization(),
        with_activation(view, used[0], "relu", "Keep the normalisation with ReLU, or keep SELU and leave it out."),
    )


@check(
    "selu-start",
    "SELU with a start other than LeCun normal",
    severity="warning",
    because="SELU's fixed point has mean 0 and variance 1 for weights of variance 1 / fan_in and for no other.",
    needs=("initialization", "framework"),
    citations=("klambauer2017", "pytorch24991"),
)
def selu_start(view: NetworkView) -> Iterator[Fault]:
    """SELU behind weights whose start has a gain other than 1, told or by the framework's default."""
    stages = [stage for stage in view.hidden if any(placed.name == "selu" for placed in stage.activations)]
    schemes = {stage.index: view.initialization(stage.layer) for stage in stages if not view.normalizers}
    for scheme in dict.fromkeys(schemes.values()):
        start = start_of(scheme, "selu")
        if start is None or 0.9 < start.gain < 1.1:
            continue
        places = tuple(place for place, one in schemes.items() if one == scheme)
        stage = next(one for one in stages if one.index == places[0])
        yield Fault(
            places,
            f"{plural(len(places), 'layer')} of SELU start with {scheme} weights of gain {start.gain:.3f}.",
            proofs.selu_growth(start.gain, view.depth),
            Fix(
                sentence=_SELU_START,
                pytorch=f'torch.nn.init.kaiming_normal_({attribute(view, stage.index)}.weight, nonlinearity="linear")',
                keras=keras_layer(stage.layer, '"selu"', kernel_initializer='"lecun_normal"'),
            ),
        )


@check(
    "selu-with-plain-dropout",
    "SELU with plain dropout",
    severity="warning",
    because="Plain dropout sets units to zero, which changes the mean and variance that SELU keeps; alpha "
    "dropout does not.",
    citations=("klambauer2017",),
)
def selu_with_plain_dropout(view: NetworkView) -> Iterator[Fault]:
    """A dropout that is no alpha dropout behind SELU."""
    for stage in view.stages:
        if not any(placed.name == "selu" for placed in stage.activations):
            continue
        for place, layer in stage.of_kind("dropout"):
            rate = _rate(layer.parameters)
            if _alpha(layer.type) or rate <= 0:
                continue
            yield Fault(
                (place,),
                f"{view.name(place)} acts behind SELU.",
                proofs.dropout_behind("selu", rate, alpha=False),
                Fix(
                    sentence="Use alpha dropout, with a rate of 0.05 to 0.1.",
                    pytorch=f"{attribute(view, place)} = torch.nn.AlphaDropout(p={rate:g})",
                    keras=f"keras.layers.AlphaDropout({rate:g})",
                ),
            )


@check(
    "alpha-dropout-without-selu",
    "Alpha dropout behind another activation than SELU",
    severity="warning",
    because="Alpha dropout puts dropped units at SELU's lowest value, which other activations never give.",
    citations=("klambauer2017",),
)
def alpha_dropout_without_selu(view: NetworkView) -> Iterator[Fault]:
    """Alpha dropout behind a known activation that is not SELU."""
    for stage in view.stages:
        others = [placed.name for placed in stage.activations if placed.name != "selu"]
        for place, layer in stage.of_kind("dropout"):
            if not _alpha(layer.type) or not others or len(others) < len(stage.activations):
                continue
            if others[0] in ("softmax", "log_softmax") or others[0].endswith("glu"):
                continue
            rate = _rate(layer.parameters)
            yield Fault(
                (place,),
                f"{view.name(place)} acts behind {others[0]}.",
                proofs.dropout_behind(others[0], rate, alpha=True),
                Fix(
                    sentence="Use plain dropout.",
                    pytorch=f"{attribute(view, place)} = torch.nn.Dropout(p={rate:g})",
                    keras=f"keras.layers.Dropout({rate:g})",
                ),
            )


@check(
    "selu-with-residual",
    "SELU in residual layers",
    severity="warning",
    because="Each addition adds variance, and SELU's fixed point is for plain feed-forward layers.",
    needs=("residual",),
    citations=("klambauer2017",),
)
def selu_with_residual(view: NetworkView) -> Iterator[Fault]:
    """SELU in a network with additions and no normalisation."""
    used = view.uses("selu")
    if not used or view.normalizers or not view.is_residual:
        return
    yield Fault(
        tuple(placed.index for placed in used),
        "SELU stands on residual branches.",
        proofs.residual_growth("selu", view.depth),
        with_activation(view, used[0], "gelu", "Use another activation with a normalisation on each branch."),
    )


CHECKS = (
    selu_with_normalization,
    selu_start,
    selu_with_plain_dropout,
    alpha_dropout_without_selu,
    selu_with_residual,
)
