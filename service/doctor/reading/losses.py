"""What the name of a loss tells besides: the framework that it is from, and whether it takes raw outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from actwise.contract.names import nearest_name
from service.doctor.losses import read_loss

PYTORCH = frozenset(
    [
        "CrossEntropyLoss",
        "NLLLoss",
        "BCELoss",
        "BCEWithLogitsLoss",
        "MultiLabelSoftMarginLoss",
        "MSELoss",
        "L1Loss",
        "SmoothL1Loss",
        "HuberLoss",
        "PoissonNLLLoss",
        "GaussianNLLLoss",
        "KLDivLoss",
    ]
)
KERAS = frozenset(
    [
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
        "BinaryCrossentropy",
        "BinaryFocalCrossentropy",
        "MeanSquaredError",
        "MeanAbsoluteError",
        "Huber",
        "Poisson",
        "KLDivergence",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "binary_crossentropy",
        "binary_focal_crossentropy",
        "mean_squared_error",
        "mean_absolute_error",
        "kl_divergence",
    ]
)
OTHERS = frozenset(
    [
        "cross_entropy",
        "binary_cross_entropy",
        "mse",
        "mae",
        "l1",
        "huber",
        "poisson",
        "gaussian_nll",
        "focal",
        "softmax_cross_entropy",
        "softmax_cross_entropy_with_integer_labels",
        "sigmoid_binary_cross_entropy",
        "squared_error",
    ]
)
"""Names of losses that are known, by framework; OTHERS are ours and those that several share."""

_ORIGIN: Mapping[str, str] = dict.fromkeys(PYTORCH, "pytorch") | dict.fromkeys(KERAS, "keras")


def concluded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Framework and from_logits, where the loss fixes them and nobody told."""
    loss = fields.get("loss")
    if not isinstance(loss, str):
        return {}
    call = loss.partition("(")[0].rpartition(".")[2]
    framework = fields.get("framework") or _ORIGIN.get(call)
    found: dict[str, Any] = {"framework": framework} if framework and not fields.get("framework") else {}
    if fields.get("from_logits") is None:
        read = read_loss(loss, None, framework)
        if read.labels and read.takes in ("logits", "probabilities"):
            found["from_logits"] = read.takes == "logits"
    return found


def remarks(fields: Mapping[str, Any], added: Mapping[str, Any]) -> Iterator[str]:
    """What was concluded from the loss, or that nothing could be."""
    loss = fields.get("loss")
    if not isinstance(loss, str):
        return
    if "from_logits" in added:
        takes = "raw outputs (logits)" if added["from_logits"] else "probabilities, as is its default"
        yield f"{loss} takes {takes}: from_logits = {str(added['from_logits']).lower()}"
    if "framework" in added:
        yield f"{loss} is a name of {added['framework']}: framework = {added['framework']}"
    if read_loss(loss).measures == "other":
        near = _nearest(loss)
        yield f"the loss {loss!r} is not known: checks of losses do not see it" + (
            f"; did you mean {near!r}?" if near else ""
        )


def _nearest(loss: str) -> str | None:
    """The known loss nearest in spelling, whatever the case."""
    by_key = {name.lower(): name for name in sorted(PYTORCH | KERAS | OTHERS)}
    near = nearest_name(loss[:60].lower(), by_key)
    return by_key[near] if near else None
