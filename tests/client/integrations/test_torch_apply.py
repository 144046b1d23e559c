"""Answers put into PyTorch modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from torch import nn

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.integrations.functions import FUNCTIONS, GATE_OF
from actwise.integrations.torch import activation, apply, describe, examine
from models.activations import catalogue
from tests.client.integrations import torch_networks as nets

Advise = Callable[..., Recommendation]
IMAGES = torch.randn(2, 3, 16, 16)
TOKENS = torch.randint(0, 50, (2, 7))


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def now(module: nn.Module, example: torch.Tensor) -> list[str]:
    return [place.activation for place in examine(module, example).activations]


def deviation_times_root_of_inputs(layer: nn.Module) -> float:
    """The gain that the weights have."""
    return float(layer.weight.detach().std() * layer.weight[0].numel() ** 0.5)


NETWORKS: dict[str, tuple[Callable[[], nn.Module], torch.Tensor]] = {
    "resnet": (nets.ResNet, IMAGES),
    "mobilenet": (nets.mobilenet, IMAGES),
    "transformer": (nets.TextClassifier, TOKENS),
    "shared": (nets.shared_mlp, torch.randn(2, 12)),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("choice", ["silu", "mish", "prelu", "swish", "squared_relu", "snake"])
def test_what_was_applied_is_found_again_and_the_network_still_runs(name: str, choice: str, advise: Advise) -> None:
    make, example = NETWORKS[name]
    module = make()
    changes = apply(module, advise(describe(module, example, task="classification"), allow=[choice]), example=example)
    assert set(now(module, example)) == {choice}
    assert changes.swapped
    assert not changes.not_swapped
    module.train()
    module(example).sum().backward()
    assert all(one.grad is not None for one in module.parameters() if one.requires_grad)


def test_weights_in_front_have_the_gain_of_the_answer_and_others_are_left(advise: Advise) -> None:
    module = nets.ResNet()
    head, shortcut = module.fc.weight.clone(), module.blocks[1].down[0].weight
    answer = advise(describe(module, IMAGES, task="classification"), allow=["silu"])
    gain = answer.hidden[0].ranking[0].initialization.gain
    changes = apply(module, answer, example=IMAGES, generator=seeded())
    assert gain is not None
    for layer in (module.stem, module.blocks[0].conv1, module.blocks[2].conv2, module.blocks[1].down[0]):
        assert deviation_times_root_of_inputs(layer) == pytest.approx(gain, rel=0.05)
    assert torch.equal(module.fc.weight, head)
    assert "fc" in str(changes)
    assert shortcut is module.blocks[1].down[0].weight


def test_a_linear_bottleneck_feeds_no_activation_and_is_left(advise: Advise) -> None:
    module = nets.mobilenet()
    before = module[4].conv[7].weight.clone()
    changes = apply(module, advise(describe(module, IMAGES, task="classification"), allow=["gelu"]), example=IMAGES)
    assert torch.equal(module[4].conv[7].weight, before)
    assert any("4.conv.7" in line for line in changes.left)
    assert isinstance(module[3].conv[6].gate, nn.Sigmoid)


def test_centred_starts_sum_to_zero_and_the_first_layer_is_plain(advise: Advise) -> None:
    layers: list[nn.Module] = [nn.Linear(300, 400), nn.ReLU()]
    for _ in range(14):
        layers += [nn.Linear(400, 400), nn.ReLU()]
    module = nn.Sequential(*layers, nn.Linear(400, 2))
    example = torch.randn(2, 300)
    answer = advise(describe(module, example, task="classification"), allow=["sigmoid"])
    start = answer.hidden[0].ranking[0].initialization
    assert start.scheme == "centred_normal"
    apply(module, answer, example=example, generator=seeded())
    assert deviation_times_root_of_inputs(module[0]) == pytest.approx(1.0, rel=0.02)
    assert deviation_times_root_of_inputs(module[2]) == pytest.approx(start.gain, rel=0.02)
    assert float(module[2].weight.detach().sum(1).abs().max()) < 1e-4
    assert float(module[0].weight.detach().sum(1).abs().max()) > 0.1
    assert not module[2].bias.any()


def test_nothing_is_drawn_anew_unless_wanted(advise: Advise) -> None:
    module = nets.ResNet()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    answer = advise(describe(module, IMAGES, task="classification"), allow=["gelu"])
    changes = apply(module, answer, reinitialize=False, example=IMAGES)
    assert changes.swapped
    assert not changes.started
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())


def test_a_shared_activation_is_one_new_object_everywhere(advise: Advise) -> None:
    module = nets.shared_mlp()
    example = torch.randn(2, 12)
    changes = apply(module, advise(describe(module, example, task="classification"), allow=["prelu"]), example=example)
    assert len(changes.swapped) == 1
    assert module[1] is module[3] is module[5]
    assert module[1].weight.numel() == 200


def test_shared_learned_numbers_are_one_where_the_widths_differ(advise: Advise) -> None:
    act = nn.ReLU()
    module = nn.Sequential(nn.Linear(4, 8), act, nn.Linear(8, 16), act, nn.Linear(16, 2))
    example = torch.randn(2, 4)
    apply(module, advise(describe(module, example, task="classification"), allow=["swish"]), example=example)
    assert module[1].weight.numel() == 1


def test_functions_called_in_the_code_are_named_with_their_places(advise: Advise) -> None:
    module = nets.FunctionalMLP()
    example = torch.randn(2, 20)
    before = module.a.weight.clone()
    changes = apply(module, advise(describe(module, example, task="regression"), allow=["mish"]), example=example)
    assert [line.partition(" at ")[0] for line in changes.not_swapped] == ["relu", "silu"]
    assert all("torch_networks.py:" in line and "write mish there" in line for line in changes.not_swapped)
    assert torch.equal(module.a.weight, before), "weights for mish in front of relu would be wrong"


def test_a_function_that_is_the_choice_already_gets_its_start(advise: Advise) -> None:
    module = nets.FunctionalMLP()
    example = torch.randn(2, 20)
    changes = apply(module, advise(describe(module, example, task="regression"), allow=["relu"]), example=example)
    assert [name for name, _, _ in changes.started] == ["a"]


def test_the_cells_of_an_lstm_stay_and_their_weights_start_as_the_answer_says(advise: Advise) -> None:
    module = nets.SequenceClassifier()
    example = torch.randn(2, 9, 6)
    answer = advise(describe(module, example, task="classification"), allow=["softsign", "tanh"])
    changes = apply(module, answer, example=example, generator=seeded())
    choices = {one.activation: one for one in answer.hidden[0].ranking}
    if answer.hidden[0].ranking[0].activation != "tanh":
        assert any("LSTM can have tanh only" in line for line in changes.not_swapped)
    gain = choices["tanh"].initialization.gain
    assert gain is not None
    weight = module.lstm.weight_ih_l1
    assert float(weight.detach().std() * weight.shape[1] ** 0.5) == pytest.approx(gain, rel=0.05)
    gate = module.lstm.weight_hh_l0[:64]
    assert torch.allclose(gate @ gate.T, torch.eye(64), atol=1e-4)
    assert not module.lstm.bias_ih_l0.any()


def test_a_plain_recurrent_layer_can_change_between_tanh_and_relu(advise: Advise) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.head = nn.RNN(6, 16, batch_first=True), nn.Linear(16, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(self.rnn(x)[0][:, -1])

    module, example = Net(), torch.randn(2, 5, 6)
    before = module(example)
    apply(
        module,
        advise(describe(module, example, task="classification"), allow=["relu"]),
        reinitialize=False,
        example=example,
    )
    assert now(module, example) == ["relu"]
    assert not torch.allclose(module(example), before)


def test_projections_of_attention_start_with_gain_one(advise: Advise) -> None:
    module = nets.TextClassifier()
    answer = advise(describe(module, TOKENS, task="classification"), allow=["gelu"])
    apply(module, answer, example=TOKENS, generator=seeded())
    attention = module.encoder.layers[0].self_attn
    assert float(attention.in_proj_weight.detach().std() * 8) == pytest.approx(1.0, rel=0.05)
    assert module.encoder.layers[0].activation_relu_or_gelu == 2


def test_a_transformer_gives_the_same_on_its_fast_path_after_the_change(advise: Advise) -> None:
    for choice in ("gelu", "silu"):
        module = nets.TextClassifier()
        apply(module, advise(describe(module, TOKENS, task="classification"), allow=[choice]), example=TOKENS)
        module.eval()
        with torch.no_grad():
            fast = module(TOKENS)
        assert torch.allclose(fast, module(TOKENS), atol=1e-5)


def test_a_gated_part_takes_the_function_of_its_gate(advise: Advise) -> None:
    module = nets.small_llama()
    example = torch.randn(2, 7, 5)
    answer = advise(describe(module, example, task="classification"), allow=["geglu", "reglu"])
    first = answer.hidden[0].ranking[0].activation
    changes = apply(module, answer, example=example)
    assert set(now(module, example)) == {GATE_OF[first]}
    assert {"1.gate", "1.up"} <= {name for name, _, _ in changes.started}


def test_a_gated_unit_is_passed_over_where_there_is_no_second_projection(advise: Advise) -> None:
    module = nets.TextClassifier()
    answer = advise(describe(module, TOKENS, task="classification", gated_ffn=True), allow=["swiglu", "silu"])
    answer = answer.model_copy(update={"hidden": tuple(_gated_first(one) for one in answer.hidden)})
    changes = apply(module, answer, example=TOKENS)
    assert set(now(module, TOKENS)) == {"silu"}
    assert any("swiglu: better ranked" in line for line in changes.left)


def _gated_first(block: Any) -> Any:
    return block.model_copy(
        update={"ranking": tuple(sorted(block.ranking, key=lambda one: one.activation != "swiglu"))}
    )


def mixed() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(1152, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )


def test_each_block_gets_its_own_ranking_and_one_can_be_named(advise: Advise) -> None:
    module = mixed()
    answer = advise(describe(module, IMAGES, task="classification"), allow=["mish", "elu"])
    flipped = answer.model_copy(update={"hidden": (answer.hidden[0], _with_first(answer.hidden[1], "elu"))})
    first = flipped.hidden[0].ranking[0].activation
    apply(module, flipped, block="dense", example=IMAGES)
    assert now(module, IMAGES) == ["relu", "relu", "elu"]
    apply(module, flipped, example=IMAGES)
    assert now(module, IMAGES) == [first, first, "elu"]
    with pytest.raises(ContractError, match="did you mean 'dense'"):
        apply(module, flipped, block="dens", example=IMAGES)


def _with_first(block: Any, name: str) -> Any:
    return block.model_copy(update={"ranking": tuple(sorted(block.ranking, key=lambda one: one.activation != name))})


def test_without_an_example_layers_are_taken_as_they_are_registered(advise: Advise) -> None:
    for module, example in (
        (nets.shared_mlp(), torch.randn(2, 12)),
        (nets.TextClassifier(), TOKENS),
        (mixed(), IMAGES),
    ):
        answer = advise(describe(module, example, task="classification"), allow=["mish"])
        apply(module, answer)
        assert set(now(module, example)) == {"mish"}


def test_frozen_shared_and_computed_weights_are_left_and_told(advise: Advise) -> None:
    module = nn.Sequential(
        nn.Linear(8, 8), nn.ReLU(), nn.utils.parametrizations.weight_norm(nn.Linear(8, 8)), nn.ReLU(),
        nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2),
    )  # fmt: skip
    module[0].weight.requires_grad_(False)
    module[6].weight = module[4].weight
    example = torch.randn(2, 8)
    before = [one.clone() for one in module.parameters()]
    changes = apply(module, advise(describe(module, example, task="classification"), allow=["elu"]), example=example)
    assert not changes.started
    assert [line.partition(": ")[2] for line in changes.left[:4]] == [
        "its weights are frozen",
        "its weights are computed from others",
        "it shares its weights with a Linear",
        "it shares its weights with a Linear",
    ]
    assert all(torch.equal(old, new) for old, new in zip(before, module.parameters(), strict=True))


def test_the_same_function_with_other_settings_is_exchanged(advise: Advise) -> None:
    module, example = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.3), nn.Linear(8, 2)), torch.randn(2, 4)
    apply(module, advise(describe(module, example, task="regression"), allow=["leaky_relu"]), example=example)
    assert module[1].negative_slope == 0.01


def test_frozen_cells_and_projections_are_left(advise: Advise) -> None:
    for module, example in ((nets.SequenceClassifier(), torch.randn(2, 9, 6)), (nets.TextClassifier(), TOKENS)):
        module.requires_grad_(False)
        before = [one.clone() for one in module.parameters()]
        answer = advise(describe(module, example, task="classification"), allow=["tanh"])
        changes = apply(module, answer, example=example)
        assert changes.started == []
        assert "frozen" in str(changes)
        assert all(torch.equal(old, new) for old, new in zip(before, module.parameters(), strict=True))


def test_an_answer_without_blocks_goes_to_all_kinds_of_layers(advise: Advise) -> None:
    module = mixed()
    apply(module, advise(task="classification", layer_type="conv", depth=2, compute_budget="low", allow=["mish"]))
    assert set(now(module, IMAGES)) == {"mish"}


def test_learned_numbers_have_the_type_and_the_mode_of_the_module(advise: Advise) -> None:
    module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).to(torch.float64).eval()
    example = torch.randn(2, 4, dtype=torch.float64)
    apply(module, advise(describe(module, example, task="classification"), allow=["prelu"]), example=example)
    assert module[1].weight.dtype == torch.float64
    assert not module[1].training


def test_learned_numbers_go_along_the_channels_whatever_the_axis() -> None:
    for name in ("prelu", "swish", "snake"):
        images, sequences = (
            activation(name, 3, 1)(torch.randn(2, 3, 5, 5)),
            activation(name, 6, -1)(torch.randn(2, 4, 6)),
        )
        assert (images.shape, sequences.shape) == ((2, 3, 5, 5), (2, 4, 6))


def test_the_same_generator_gives_the_same_weights(advise: Advise) -> None:
    modules = nets.ResNet(), nets.ResNet()
    answer = advise(describe(modules[0], IMAGES, task="classification"))
    for module in modules:
        apply(module, answer, example=IMAGES, generator=seeded())
    assert torch.equal(modules[0].blocks[1].conv2.weight, modules[1].blocks[1].conv2.weight)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_module_computes_what_the_catalogue_says(name: str) -> None:
    grid = np.linspace(-12, 12, 241)
    given = activation(name).double().eval()(torch.from_numpy(grid)[:, None])[:, 0]
    assert np.allclose(given.detach().numpy(), catalogue()[name].value(grid), rtol=1e-6, atol=1e-6)


def test_functions_of_several_values_have_no_module_and_near_names_are_told() -> None:
    with pytest.raises(ContractError, match="no module for 'softmax'"):
        activation("softmax")
    with pytest.raises(ContractError, match="did you mean 'mish'"):
        activation("mishh")
    assert isinstance(activation("Leaky-ReLU"), nn.LeakyReLU)
