"""scikit-learn's own loss is ours: taken from a fit that moves nothing, at raw outputs near and far."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from models.heads import get_head, get_loss, head_code

ROWS = 24
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
TARGETS: dict[str, tuple[str, float]] = {
    "sigmoid_bce": ("binary_cross_entropy", 1.0),
    "softmax_cross_entropy": ("cross_entropy", 1.0),
    "ordinal_softmax": ("cross_entropy", 1.0),
    "sigmoid_multilabel": ("binary_cross_entropy", 3.0),
    "identity_squared": ("squared", 0.5),
    "ordinal_regression": ("squared", 0.5),
    "relative_squared": ("squared", 0.5),
    "counts_identity_squared": ("squared", 0.5),
    "log_target_squared": ("squared", 0.5),
    "counts_log1p_squared": ("squared", 0.5),
    "exp_poisson": ("poisson_exp", 1.0),
}
"""Our loss, and what scikit-learn's is of it: it sums over labels and halves squares."""


def model_of(head_id: str) -> Any:
    """The network itself, without the transformation of targets around it."""
    space: dict[str, Any] = {}
    exec(head_code(head_id).sklearn or "", space)
    return getattr(space["model"], "regressor", None) or space["model"]


def drawn(head_id: str) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(ROWS, 2))
    if head_id in ("softmax_cross_entropy", "ordinal_softmax"):
        return x, np.arange(ROWS) % 3
    if head_id == "sigmoid_multilabel":
        return x, rng.integers(0, 2, (ROWS, 3))
    if head_id == "sigmoid_bce":
        return x, np.arange(ROWS) % 2
    return x, rng.poisson(2.0, ROWS).astype(float) if head_id == "exp_poisson" else rng.normal(size=ROWS)


def still(head_id: str, size: float) -> tuple[float, NDArray[Any], NDArray[Any]]:
    """The loss of a network whose last layer was multiplied by `size`, its raw outputs, and the targets."""
    x, y = drawn(head_id)
    model = model_of(head_id).set_params(
        hidden_layer_sizes=(4,), activation="tanh", solver="sgd", learning_rate_init=1e-300, momentum=0.0,
        alpha=0.0, batch_size=ROWS, max_iter=1, random_state=0, warm_start=True, shuffle=False,
    )  # fmt: skip
    model.fit(x, y)
    model.coefs_[-1] *= size
    hidden = np.tanh(x @ model.coefs_[0] + model.intercepts_[0])
    raw = hidden @ model.coefs_[-1] + model.intercepts_[-1]
    model.fit(x, y)
    return float(model.loss_), raw, y


@pytest.mark.parametrize("size", [1.0, 10.0])
@pytest.mark.parametrize("head_id", TARGETS)
def test_the_loss_of_a_fit_is_ours(head_id: str, size: float) -> None:
    found, raw, y = still(head_id, size)
    name, share = TARGETS[head_id]
    loss = get_loss(name)
    target = y[None] if loss.integer_target else y.reshape(1, ROWS, -1).astype(float)
    ours = float(loss.value(raw[None], target)[0])
    if name == "poisson_exp":
        ours += float(np.where(y > 0, y * np.log(np.where(y > 0, y, 1)) - y, 0).mean())
    assert found == pytest.approx(share * ours, rel=1e-6)


def test_a_classifier_clips_its_probabilities_where_ours_goes_on() -> None:
    found, raw, y = still("sigmoid_bce", 1e4)
    ours = get_loss("binary_cross_entropy").value(raw[None], y.reshape(1, ROWS, 1).astype(float))[0]
    assert found < 40 < ours


def test_all_lines_for_scikit_learn_are_tried() -> None:
    from models.heads import HEADS

    assert set(TARGETS) == {head_id for head_id in HEADS if head_code(head_id).sklearn}
    assert isinstance(model_of("sigmoid_bce"), MLPClassifier)
    assert get_head("exp_poisson").loss == "poisson_exp"
