"""Code for heads: it runs, and it says what the losses of the catalogue say."""

from __future__ import annotations

import ast
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from models.heads import HEADS, LOSSES, UnknownHead, head_code
from models.heads.code.templates import TEMPLATES
from models.heads.losses import CLOSED_LOSSES
from tests.models.heads.test_losses import TARGETS, draw

UNITS = {"quantile": 3, "ordered_quantile": 3, "gaussian_nll": 2, "gaussian_nll_softplus": 2, "negative_binomial": 2}
SHOWN = {head.loss: head.id for head in reversed(HEADS.values()) if head.trainable}


def _softmax(z: NDArray[Any], _: int = -1) -> NDArray[Any]:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: NDArray[Any] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@pytest.fixture
def numpy_as_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy in the place of jax, with the functions that the lines use."""
    module = ModuleType("jax")
    module.numpy = np  # type: ignore[attr-defined]
    module.nn = SimpleNamespace(  # type: ignore[attr-defined]
        softplus=lambda z: np.logaddexp(0, z),
        sigmoid=expit,
        softmax=_softmax,
        log_softmax=lambda z, _: np.log(_softmax(z)),
    )
    module.scipy = SimpleNamespace(special=SimpleNamespace(gammaln=gammaln))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jax", module)
    monkeypatch.setitem(sys.modules, "jax.numpy", np)


@pytest.mark.parametrize("head_id", HEADS)
@pytest.mark.parametrize("framework", ["pytorch", "keras", "jax", "sklearn"])
def test_lines_are_valid_python_without_leftover_braces(head_id: str, framework: str) -> None:
    lines = getattr(head_code(head_id, classes=7, outputs=2), framework)
    if lines is not None:
        ast.parse(lines)
        assert not any(word in lines for word in ("{", "}"))


@pytest.mark.parametrize("head_id", [head.id for head in HEADS.values() if head.trainable])
def test_every_trainable_head_has_lines_for_pytorch_and_jax(head_id: str) -> None:
    code = head_code(head_id, classes=3)
    assert code.pytorch
    assert code.jax


@pytest.mark.parametrize("head_id", HEADS)
def test_a_head_has_lines_where_its_loss_is_one_of_ours(head_id: str) -> None:
    known = HEADS[head_id].loss in {**LOSSES, **CLOSED_LOSSES}
    code = head_code(head_id, classes=3)
    assert bool(code.pytorch) is bool(code.jax) is known
    assert bool(code.keras) is (known and head_id != "von_mises")


def test_every_loss_is_that_of_some_head_and_has_a_template() -> None:
    assert {head.loss for head in HEADS.values()} >= set(LOSSES) | set(CLOSED_LOSSES)
    assert set(TEMPLATES) == set(LOSSES) | set(CLOSED_LOSSES)


@pytest.mark.usefixtures("numpy_as_jax")
@pytest.mark.parametrize("loss", LOSSES)
def test_the_lines_compute_the_loss_of_the_catalogue(loss: str) -> None:
    units = UNITS.get(loss, 4 if loss in ("cross_entropy", "soft_cross_entropy", "cumulative_link") else 1)
    raw, target = draw(loss, units)
    classes = units + (loss == "cumulative_link")
    lines = head_code(SHOWN[loss], classes=classes, outputs=1).jax
    assert lines is not None
    space: dict[str, Any] = {}
    exec(lines, space)
    found = [space["loss"](raw[member], target[member]) for member in range(len(raw))]
    np.testing.assert_allclose(found, LOSSES[loss].value(raw, target), rtol=2e-4, atol=2e-4)


@pytest.mark.usefixtures("numpy_as_jax")
@pytest.mark.parametrize("head_id", [head.id for head in HEADS.values() if head.trainable])
def test_the_lines_predict_something_finite(head_id: str) -> None:
    space: dict[str, Any] = {}
    exec(head_code(head_id, classes=3).jax or "", space)
    units = HEADS[head_id].unit_count(3, 1)
    found = space["predict"](space["head"](np.ones((4, 2)), np.ones((2, units)), np.zeros(units)))
    assert all(np.isfinite(part).all() for part in (found if isinstance(found, tuple) else (found,)))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("head_id", [name for name in HEADS if head_code(name).sklearn])
def test_the_lines_for_scikit_learn_fit(head_id: str) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 2)), rng.integers(1, 4, 30)
    target = np.eye(4)[y] if head_id == "sigmoid_multilabel" else (y % 2 if head_id == "sigmoid_bce" else y)
    space: dict[str, Any] = {}
    exec(head_code(head_id).sklearn or "", space)
    network = getattr(space["model"], "regressor", None) or space["model"]
    network.set_params(max_iter=3, random_state=0)
    assert np.isfinite(space["model"].fit(x, target).predict(x)).all()


def test_an_unknown_head_is_refused() -> None:
    with pytest.raises(UnknownHead):
        head_code("nothing_like_it")


def test_lines_hold_the_number_of_units() -> None:
    assert "LazyLinear(10)" in (head_code("softmax_cross_entropy", classes=10).pytorch or "")
    assert "LazyLinear(1)" in (head_code("sigmoid_bce", classes=2).pytorch or "")
    assert "Dense(4)" in (head_code("ordinal_cumulative", classes=5).keras or "")
    assert set(TARGETS) == set(SHOWN)
