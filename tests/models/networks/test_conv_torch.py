"""Fifty steps of training convolutional networks beside PyTorch, from the same weights, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import get
from models.networks.conv import Conv
from models.networks.normalization import EPSILON
from models.networks.parts import WeightStart
from models.training.optimizers import Adam
from tests.models.networks.test_conv import shape

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
nn = torch.nn.functional
FUNCTIONS = {"relu": torch.relu, "tanh": torch.tanh, "silu": nn.silu, "gelu": nn.gelu, "selu": torch.selu}
STEPS, ROWS, RATE = 50, 16, 3e-3
Leaves = dict[str, Any]


def leaves_of(network: Conv) -> Leaves:
    """Copies of the first member's parameters that PyTorch can train, with kernels as PyTorch orders them."""
    parts = dict(network.layout.views(network.parameters)) | {
        f"{name}.weights": view for name, view in network.weights().items()
    }
    image = len(network.network.sizes) == 3
    found = {}
    for name, view in parts.items():
        value = view[0]
        if name.startswith("hidden") and name.endswith("weights"):
            value = value.transpose(0, 3, 1, 2) if image else value[:, 0].transpose(0, 2, 1)
        found[name] = torch.tensor(np.ascontiguousarray(value), requires_grad=True)
    return found


def normalized(z: Any, scale: Any, shift: Any, kind: str, groups: int) -> Any:
    if kind == "batch":
        return nn.batch_norm(z, None, None, scale[:, 0], shift[:, 0], training=True, eps=EPSILON)
    if kind == "group":
        return nn.group_norm(z, groups, scale[:, 0], shift[:, 0], EPSILON)
    last = z.movedim(1, -1)
    if kind == "layer":
        return nn.layer_norm(last, (z.shape[1],), scale[:, 0], shift[:, 0], EPSILON).movedim(-1, 1)
    return nn.rms_norm(last, (z.shape[1],), scale[:, 0], EPSILON).movedim(-1, 1) + shift.reshape(
        -1, *[1] * (z.ndim - 2)
    )


def theirs(network: Any, leaves: Leaves, x: Any, function: Any) -> Any:
    """PyTorch's outputs for rows x [n, features]."""
    axes = len(network.sizes) - 1
    convolve = (nn.conv1d, nn.conv2d)[axes - 1]
    pool = {"max": (nn.max_pool1d, nn.max_pool2d), "average": (nn.avg_pool1d, nn.avg_pool2d)}
    h = x.reshape(len(x), *network.sizes).movedim(-1, 1)
    for index in range(network.depth):
        shrinks = network.shrink_every and (index + 1) % network.shrink_every == 0
        name = f"hidden {index}"
        z = convolve(
            h,
            leaves[f"{name}.weights"],
            leaves.get(f"{name}.bias"),
            stride=network.stride if shrinks else 1,
            padding=network.kernel // 2 if network.padding == "same" else 0,
        )
        if network.normalization != "none":
            z = normalized(z, leaves[f"{name}.scale"], leaves[f"{name}.shift"], network.normalization, network.groups)
        value = function(z)
        if shrinks and network.pooling != "none":
            h = pool[network.pooling][axes - 1](value, 2)
        else:
            h = h + value if network.residual and index and h.shape == value.shape else value
    places = h.flatten(2)
    read = {
        "average": places.mean(2),
        "max": nn.max_pool1d(places, places.shape[2])[..., 0],
        "flatten": places.flatten(1),
    }
    return read[network.head] @ leaves["output.weights"].T + leaves["output.bias"]


CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in FUNCTIONS),
    *(("silu", {"normalization": kind, "residual": True}) for kind in ("batch", "layer", "rms", "group")),
    ("relu", {"pooling": "max", "shrink_every": 1, "sizes": (9, 8, 2)}),
    ("gelu", {"pooling": "average", "shrink_every": 2, "head": "flatten"}),
    ("relu", {"stride": 2, "shrink_every": 2, "head": "max", "residual": True}),
    ("tanh", {"padding": "valid", "kernel": 2, "normalization": "batch", "head": "flatten"}),
    ("silu", {"sizes": (11, 3), "residual": True}),
    ("relu", {"sizes": (16, 3), "kernel": 5, "pooling": "max", "stride": 2, "shrink_every": 2}),
]


@pytest.mark.parametrize(("activation", "changes"), CASES)
def test_convolutional_networks_train_as_in_pytorch(activation: str, changes: dict[str, Any]) -> None:
    wanted = shape(**changes)
    network = Conv(wanted, get(activation), members=1, rows=ROWS, dtype=np.float64)
    network.begin(WeightStart(1.3, 1.0), root=0, seeds=[0], output_bias=[0.0, 0.1])
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((ROWS, wanted.features)), rng.standard_normal((ROWS, 2))
    leaves = leaves_of(network)
    ours = Adam(network.parameters, network.gradients, [RATE])
    optimizer = torch.optim.Adam(leaves.values(), RATE)
    for _ in range(STEPS):
        raw = network.forward(x[None])
        expected = theirs(wanted, leaves, torch.tensor(x), FUNCTIONS[activation])
        np.testing.assert_allclose(raw[0], expected.detach().numpy(), rtol=1e-9, atol=1e-9)
        gradient = np.empty_like(raw)
        gradient[0] = (raw[0] - y) / ROWS
        network.backward(x[None], gradient)
        ours.step(1.0)
        optimizer.zero_grad()
        (((expected - torch.tensor(y)) ** 2).sum() / (2 * ROWS)).backward()
        optimizer.step()
    for name, value in leaves_of(network).items():
        np.testing.assert_allclose(value.detach(), leaves[name].detach(), rtol=1e-9, atol=1e-9, err_msg=name)
