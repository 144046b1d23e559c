"""Fifty training steps of transformers equal PyTorch's: its own encoder layer, and what it has no layer for by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.networks.attention import Attention
from models.networks.attention.inputs import positions
from models.networks.parts import WeightStart
from models.networks.shapes import AttentionShape
from models.training.optimizers import Adam

torch = pytest.importorskip("torch")

STEPS, ROWS, RATE, OUTPUTS = 50, 6, 3e-3, 3
LENGTH, CHANNELS, WIDTH, HEADS = 5, 4, 8, 2


def shape(**changes: Any) -> AttentionShape:
    fields: dict[str, Any] = {
        "features": LENGTH * CHANNELS,
        "outputs": OUTPUTS,
        "depth": 2,
        "width": WIDTH,
        "sizes": (LENGTH, CHANNELS),
        "heads": HEADS,
        "expansion": 2,
    }
    return AttentionShape(**(fields | changes))


def begun(network: AttentionShape, activation: str) -> Attention:
    made = Attention(network, get(activation), members=1, rows=ROWS, dtype=np.float64)
    made.begin(WeightStart(1.3, 1.0), root=1, seeds=[2], output_bias=[0.0])
    made.parameters += 0.1 * np.random.default_rng(4).standard_normal(made.parameters.shape)
    return made


def rows(network: AttentionShape) -> tuple[Array, Array]:
    """Rows [1, ROWS, features], of which two end early where they may; directions the raw outputs are pulled in."""
    rng = np.random.default_rng(6)
    if network.vocabulary is None:
        x = rng.standard_normal((ROWS, *network.sizes))
    else:
        x = rng.integers(0, network.vocabulary, (ROWS, LENGTH)).astype(np.float64)
    if network.variable_lengths:
        x[0, 2:] = x[3, 4:] = np.nan if network.vocabulary is None else -1
    return x.reshape(1, ROWS, -1), rng.standard_normal((ROWS, OUTPUTS))


def assert_equal_part(name: str, found: Array, expected: Array) -> None:
    """But for the bias of keys: it shifts all scores of a query alike, so that its gradient is rounding alone."""
    if name.endswith("heads"):
        found, expected = found.copy(), expected.copy()
        found[WIDTH : 2 * WIDTH, -1] = expected[WIDTH : 2 * WIDTH, -1] = 0
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10, err_msg=name)


def trained_here(made: Attention, x: Array, target: Array) -> Array:
    """Raw outputs after the steps; the loss is half the squared distance to `target`, summed."""
    optimizer = Adam(made.parameters, made.gradients, [RATE])
    for _ in range(STEPS):
        made.backward(x, made.forward(x) - target)
        optimizer.step(1.0)
    return np.asarray(made.forward(x)[0])


def trained_by_torch(model: Any, parameters: list[Any], x: Any, target: Array) -> Any:
    optimizer = torch.optim.Adam(parameters, RATE)
    wanted = torch.from_numpy(target)
    for _ in range(STEPS):
        optimizer.zero_grad()
        ((model(x) - wanted) ** 2).sum().mul(0.5).backward()
        optimizer.step()
    return model(x).detach().numpy()


class Encoder(torch.nn.Module):  # type: ignore[misc, name-defined]  # the module is not there where types are checked
    """PyTorch's own encoder layers between our embedding and our mean over the steps that are there."""

    def __init__(self, network: AttentionShape, activation: str) -> None:
        super().__init__()
        nn = torch.nn
        function = getattr(nn.functional, activation)
        self.causal, self.ends = network.causal, network.norm_first
        self.embedding = nn.Linear(CHANNELS, WIDTH)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                WIDTH, HEADS, 2 * WIDTH, 0.0, function, batch_first=True, norm_first=network.norm_first
            )
            for _ in range(network.depth)
        )
        self.last, self.output = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, OUTPUTS)
        self.waves = torch.from_numpy(positions(WIDTH, LENGTH).T.copy())

    def forward(self, x: Any) -> Any:
        absent = x.isnan().any(-1)
        mask = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1) if self.causal else None
        stream = self.embedding(x.nan_to_num()) + self.waves
        for layer in self.layers:
            stream = layer(stream, src_mask=mask, src_key_padding_mask=absent)
        stream = self.last(stream) if self.ends else stream
        there = (~absent)[..., None]
        return self.output((stream * there).sum(1) / there.sum(1))

    def named(self) -> dict[str, list[Any]]:
        """Its parameters under our parts' names: weights, then biases as the last column."""
        found = {
            "embedding": [self.embedding.weight],
            "embedding.bias": [self.embedding.bias],
            "output": [self.output.weight, self.output.bias],
        }
        norms = {"last": self.last} if self.ends else {}
        for index, layer in enumerate(self.layers):
            found[f"block {index}.heads"] = [layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias]
            found[f"block {index}.mixing"] = [layer.self_attn.out_proj.weight, layer.self_attn.out_proj.bias]
            found[f"block {index}.widening"] = [layer.linear1.weight, layer.linear1.bias]
            found[f"block {index}.narrowing"] = [layer.linear2.weight, layer.linear2.bias]
            norms |= {f"block {index}.attention": layer.norm1, f"block {index}.feed forward": layer.norm2}
        for name, norm in norms.items():
            found |= {f"{name}.scale": [norm.weight], f"{name}.shift": [norm.bias]}
        return found


@pytest.mark.parametrize(
    ("activation", "more"),
    [
        ("relu", {}),
        ("gelu", {"norm_first": False, "variable_lengths": True}),
        ("silu", {"causal": True, "variable_lengths": True}),
    ],
)
def test_fifty_steps_equal_those_of_pytorchs_encoder_layer(activation: str, more: dict[str, Any]) -> None:
    network = shape(**more)
    made, (x, target) = begun(network, activation), rows(network)
    model = Encoder(network, activation).double()
    views = {name: view[0] for name, view in made.layout.views(made.parameters).items()}
    assert set(model.named()) == set(views)
    with torch.no_grad():
        for name, parameters in model.named().items():
            columns = [views[name][:, :-1], views[name][:, -1]] if len(parameters) == 2 else [views[name]]
            for parameter, column in zip(parameters, columns, strict=True):
                parameter.copy_(torch.from_numpy(column.copy()).view_as(parameter))
    expected = trained_by_torch(
        model,
        [parameter for group in model.named().values() for parameter in group],
        torch.from_numpy(x.reshape(ROWS, *network.sizes)),
        target,
    )
    np.testing.assert_allclose(trained_here(made, x, target), expected, rtol=1e-9, atol=1e-10)
    for name, parameters in model.named().items():
        trained = [part.detach().numpy().reshape(views[name].shape[0], -1) for part in parameters]
        assert_equal_part(name, views[name], np.hstack(trained))


def gated_rms_model(parts: dict[str, Any], depth: int) -> Any:
    """Pre-norm blocks with RMS normalisation and SwiGLU on tokens, of which -1 are absent, from our parts' tensors."""

    def linear(name: str, x: Any) -> Any:
        return x @ parts[name][:, :-1].T + parts[name][:, -1]

    def norm(name: str, x: Any) -> Any:
        return torch.nn.functional.rms_norm(x, (WIDTH,), parts[f"{name}.scale"][:, 0], eps=1e-5)

    def attend(x: Any, name: str, absent: Any) -> Any:
        split = linear(name, x).view(ROWS, LENGTH, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        scores = split[0] @ split[1].mT / (WIDTH // HEADS) ** 0.5
        scores = scores.masked_fill(absent[:, None, None], -torch.inf)
        return (scores.softmax(-1) @ split[2]).transpose(1, 2).reshape(ROWS, LENGTH, WIDTH)

    def model(tokens: Any) -> Any:
        absent = tokens < 0
        vectors = parts["embedding"][tokens.clamp(0).long()] * ~absent[..., None]
        x = vectors + torch.from_numpy(positions(WIDTH, LENGTH).T.copy())
        for block in (f"block {index}" for index in range(depth)):
            x = x + linear(f"{block}.mixing", attend(norm(f"{block}.attention", x), f"{block}.heads", absent))
            gate, branch = linear(f"{block}.widening", norm(f"{block}.feed forward", x)).chunk(2, -1)
            x = x + linear(f"{block}.narrowing", torch.nn.functional.silu(gate) * branch)
        there = ~absent[..., None]
        return linear("output", (norm("last", x) * there).sum(1) / there.sum(1))

    return model


def test_fifty_steps_of_gated_units_and_rms_normalisation_equal_pytorchs() -> None:
    network = shape(sizes=(LENGTH,), features=LENGTH, vocabulary=7, normalization="rms", variable_lengths=True)
    made, (x, target) = begun(network, "swiglu"), rows(network)
    views = {name: view[0] for name, view in made.layout.views(made.parameters).items()}
    parts = {name: torch.from_numpy(view.copy()).requires_grad_() for name, view in views.items()}
    expected = trained_by_torch(
        gated_rms_model(parts, network.depth), list(parts.values()), torch.from_numpy(x[0]), target
    )
    np.testing.assert_allclose(trained_here(made, x, target), expected, rtol=1e-9, atol=1e-10)
    for name, view in views.items():
        assert_equal_part(name, view, parts[name].detach().numpy())
