"""The lines to paste, executed in the frameworks themselves: `make snippets` runs this where they are installed.

PyTorch runs in float32 and in float64, JAX and Keras (on whatever backend KERAS_BACKEND names) in float32.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.heads import HEADS, get_loss
from tests.models.heads.snippet_cases import batches, flat, lines, our_loss, our_prediction, snippet_heads

pytest.importorskip("jax", reason="the frameworks have an environment of their own: make snippets")

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
RUNS = [("pytorch", SINGLE), ("pytorch", DOUBLE), ("keras", SINGLE), ("jax", SINGLE)]
TOLERANCE = {SINGLE: 2e-5, DOUBLE: 1e-8}
"""Relative to the loss, or to 1 where it is smaller."""

DIFFERENCES_OF_LOG_GAMMA = {"negative_binomial", "zero_inflated_negative_binomial", "student_t", "dirichlet", "beta"}
"""Logarithms of factorials of thousands cancel in float32: 1e-3 there."""


def tensors(framework: str) -> Callable[[NDArray[Any]], Any]:
    """What makes a framework's array of a NumPy array."""
    if framework == "pytorch":
        if importlib.util.find_spec("torch") is None:
            pytest.skip(
                "PyTorch is not installed: its CPU build was on none of pip's indexes (make snippets says more)"
            )
        import torch

        return torch.from_numpy
    if framework == "keras":
        import keras

        return keras.ops.convert_to_tensor
    import jax.numpy as jnp

    return jnp.asarray


def space_of(head_id: str, framework: str) -> dict[str, Any]:
    """The names that the lines define."""
    text = lines(head_id, framework)
    if text is None:
        pytest.skip(f"{framework} lacks a function that {head_id} needs")
    space: dict[str, Any] = {}
    exec(text, space)
    return space


def wide(values: Any) -> Any:
    return values.numpy() if hasattr(values, "numpy") else values


@pytest.mark.parametrize(("framework", "precision"), RUNS, ids=lambda one: str(one))
@pytest.mark.parametrize("head_id", snippet_heads())
def test_the_pasted_loss_is_ours_near_and_far(head_id: str, framework: str, precision: np.dtype[Any]) -> None:
    head, tensor, space = HEADS[head_id], tensors(framework), space_of(head_id, framework)
    for size, raw, target in batches(head):
        raw = raw.astype(precision)
        target = target if target.dtype.kind == "i" else target.astype(precision)
        arguments = (tensor(raw), tensor(target))
        found = float(space["loss"](*(arguments[::-1] if framework == "keras" else arguments)))
        expected = our_loss(head, raw, target)
        bound = 1e-3 if precision == SINGLE and head.loss in DIFFERENCES_OF_LOG_GAMMA else TOLERANCE[precision]
        assert found == pytest.approx(expected, rel=bound, abs=bound), f"raw outputs of size {size:g}"


@pytest.mark.parametrize(("framework", "precision"), RUNS, ids=lambda one: str(one))
@pytest.mark.parametrize("head_id", snippet_heads())
def test_the_pasted_prediction_is_ours_near_and_far(head_id: str, framework: str, precision: np.dtype[Any]) -> None:
    head, tensor, space = HEADS[head_id], tensors(framework), space_of(head_id, framework)
    for _, raw, _ in batches(head):
        raw = raw.astype(precision)
        found = space["predict"](tensor(raw))
        found = flat(tuple(map(wide, found)) if isinstance(found, tuple) else wide(found))
        assert np.isfinite(found).all()
        if head.trainable:
            np.testing.assert_allclose(found, flat(our_prediction(head, raw)), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("head_id", snippet_heads())
def test_the_gradient_of_the_pasted_loss_is_ours_near_and_far(head_id: str) -> None:
    head, tensor, space = HEADS[head_id], tensors("pytorch"), space_of(head_id, "pytorch")
    for size, raw, target in batches(head):
        ours = np.empty_like(raw[None])
        get_loss(head.loss).value_and_gradient(raw[None], target[None], ours)
        z = tensor(raw).requires_grad_()
        space["loss"](z, tensor(target)).backward()
        largest = max(1.0, float(np.abs(ours).max()))
        np.testing.assert_allclose(
            z.grad.numpy() / largest, ours[0] / largest, atol=1e-6, err_msg=f"raw outputs of size {size:g}"
        )
