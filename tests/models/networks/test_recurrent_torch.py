"""Recurrent populations train as PyTorch's layers do from equal weights: fifty steps of Adam in float64."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.networks.parts import WeightStart
from models.networks.recurrent import Recurrent
from models.networks.shapes import RecurrentShape
from models.training.optimizers import Adam

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

Cell = Literal["rnn", "lstm", "gru"]
STEPS, CHANNELS, WIDTH, DEPTH, ROWS, OUTPUTS = 5, 3, 4, 2, 6, 2
RATE, UPDATES = 0.01, 50
TORCH_ORDER = {"rnn": [0], "lstm": [0, 1, 3, 2], "gru": [0, 1, 2]}
"""Our blocks in the order in which PyTorch keeps its own."""


def ours(cell: Cell, activation: str, variable: bool) -> Recurrent:
    shape = RecurrentShape(
        features=STEPS * CHANNELS,
        outputs=OUTPUTS,
        depth=DEPTH,
        width=WIDTH,
        sizes=(STEPS, CHANNELS),
        cell=cell,
        variable_lengths=variable,
    )
    made = Recurrent(shape, get(activation), members=1, rows=ROWS, dtype=np.float64)
    made.begin(WeightStart(1.0, 1.0), root=3, seeds=[0], output_bias=[0.1, 0.2])
    return made


def torch_arrays(made: Recurrent, cell: Cell) -> dict[str, Array]:
    """Our parameters under PyTorch's names and in its order; of two biases, PyTorch's first takes ours."""
    views = {name: view[0] for name, view in made.layout.views(made.parameters).items()}
    found: dict[str, Array] = {"output.weight": views["output.kernel"], "output.bias": views["output.bias"]}
    for layer in range(DEPTH):
        for ours_of, theirs in (("input", "weight_ih"), ("recurrent", "weight_hh")):
            blocks = np.concatenate(
                [
                    view.reshape(-1, WIDTH, view.shape[-1])
                    for name, view in views.items()
                    if name.startswith(f"layer {layer}.{ours_of}.")
                ]
            )
            found[f"layer.{theirs}_l{layer}"] = blocks[TORCH_ORDER[cell]].reshape(-1, blocks.shape[-1])
        biases = {name.rsplit(".", 1)[1]: view for name, view in views.items() if f"layer {layer}.bias" in name}
        extra = biases.pop("recurrent", np.zeros((WIDTH, 1)))
        blocks = np.concatenate(list(biases.values())).reshape(-1, WIDTH)
        found[f"layer.bias_ih_l{layer}"] = blocks[TORCH_ORDER[cell]].reshape(-1)
        second = np.zeros_like(blocks)
        second[-1] = extra[:, 0]
        found[f"layer.bias_hh_l{layer}"] = second.reshape(-1)
    return found


def theirs(made: Recurrent, cell: Cell, activation: str) -> Any:
    options = {"nonlinearity": activation} if cell == "rnn" else {}
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    model = torch.nn.ModuleDict(
        {
            "layer": kind(CHANNELS, WIDTH, DEPTH, batch_first=True, **options),
            "output": torch.nn.Linear(WIDTH, OUTPUTS),
        }
    ).double()
    with torch.no_grad():
        for name, array in torch_arrays(made, cell).items():
            model.get_parameter(name).copy_(torch.from_numpy(array))
    for layer in range(DEPTH):
        learned = torch.zeros(len(model.get_parameter(f"layer.bias_hh_l{layer}")), dtype=torch.float64)
        if cell == "gru":
            learned[-WIDTH:] = 1
        model.get_parameter(f"layer.bias_hh_l{layer}").register_hook(lambda gradient, kept=learned: gradient * kept)
    return model


def raw_of(model: Any, x: Any, lengths: Any) -> Any:
    if lengths is not None:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    last = model["layer"](x)[1]
    return model["output"]((last[0] if isinstance(last, tuple) else last)[-1])


@pytest.mark.parametrize("variable", [False, True])
@pytest.mark.parametrize(("cell", "activation"), [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")])
def test_fifty_steps_of_adam_equal_those_of_torch(cell: Cell, activation: str, variable: bool) -> None:
    made = ours(cell, activation, variable)
    model = theirs(made, cell, activation)
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((ROWS, STEPS, CHANNELS)), rng.standard_normal((ROWS, OUTPUTS))
    lengths = torch.tensor([5, 1, 3, 5, 2, 4]) if variable else None
    seen = x.copy()
    if lengths is not None:
        for row, length in enumerate(lengths.tolist()):
            seen[row, length:] = np.nan
    batch = seen.reshape(1, ROWS, -1)
    adam, other = Adam(made.parameters, made.gradients, [RATE]), torch.optim.Adam(model.parameters(), RATE)
    for _ in range(UPDATES):
        made.backward(batch, made.forward(batch) - y)
        adam.step(1.0)
        other.zero_grad()
        raw = raw_of(model, torch.from_numpy(x), lengths)
        (0.5 * (raw - torch.from_numpy(y)) ** 2).sum().backward()
        other.step()
    expected = raw_of(model, torch.from_numpy(x), lengths).detach().numpy()
    np.testing.assert_allclose(made.forward(batch)[0], expected, rtol=1e-9)
    for name, array in torch_arrays(made, cell).items():
        np.testing.assert_allclose(array, model.get_parameter(name).detach().numpy(), rtol=1e-9, atol=1e-12)
