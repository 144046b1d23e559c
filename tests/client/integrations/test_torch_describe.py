"""What is found in PyTorch modules."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from torch import nn
from torch.nn import functional

from actwise.contract.faults import ContractError
from actwise.contract.reading import read_diagnosis
from actwise.integrations.torch import describe, examine, network
from service.doctor.consultation import consult
from tests.client.integrations import torch_networks as nets

IMAGES = torch.randn(2, 3, 16, 16)


def told(module: nn.Module, example: torch.Tensor, **known: object) -> dict[str, object]:
    known = {"task": "classification", "compute_budget": "low"} | known
    return describe(module, example, **known).model_dump(exclude_unset=True, mode="json")


def test_a_residual_network_is_described_without_its_shortcut_projections() -> None:
    found = told(nets.ResNet(), IMAGES)
    assert found == {
        "task": "classification",
        "compute_budget": "low",
        "layer_type": "conv",
        "depth": 7,
        "width": 64,
        "classes": 10,
        "normalization": "batch",
        "residual": True,
        "modality": "image",
        "features": 768,
        "framework": "pytorch",
        "precision": "float32",
    }


def test_gates_of_squeeze_and_excitation_are_told_and_are_no_activations() -> None:
    found = examine(nets.mobilenet(), IMAGES, task="classification")
    assert found.description.residual is True
    assert {place.activation for place in found.activations} == {"relu6", "relu"}
    assert any("gates" in note and "sigmoid" in note for note in found.notes)


def test_dense_layers_in_blocks_of_convolutions_are_one_with_them() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 16, 4, 4), nets.SpatialMixer(16), nets.SpatialMixer(16), nn.Flatten(), nn.Linear(256, 3)
    )
    request = describe(module, IMAGES, task="classification")
    assert (request.layer_type, request.depth, request.normalization, request.residual) == ("conv", 7, "layer", True)


def test_an_lstm_is_a_block_of_cells_as_deep_as_its_layers() -> None:
    found = examine(nets.SequenceClassifier(), torch.randn(2, 9, 6), task="classification")
    request = found.description
    assert (request.layer_type, request.depth, request.width, request.cell) == ("recurrent", 2, 64, "lstm")
    assert (request.classes, request.features, found.sequence_length) == (3, 54, 9)
    assert [(place.activation, place.manner) for place in found.activations] == [("tanh", "cell")]


def test_sequences_come_first_where_the_layer_says_so() -> None:
    class TimeFirst(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = nn.GRU(6, 8)
            self.head = nn.Linear(8, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(self.rnn(x)[0][-1])

    found = examine(TimeFirst(), torch.randn(9, 2, 6), task="classification")
    assert (found.sequence_length, found.description.cell) == (9, "gru")


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_transformer_encoder_is_one_block_of_attention(norm_first: bool) -> None:
    found = examine(nets.TextClassifier(norm_first), torch.randint(0, 50, (2, 7)), task="classification")
    request = found.description
    assert (request.layer_type, request.depth, request.width) == ("attention", 3, 64)
    assert (request.normalization, request.residual, request.modality) == ("layer", True, "text")
    assert [place.where for place in found.activations] == [f"encoder.layers.{n}.activation" for n in range(3)]


def test_attention_written_out_and_a_gated_part_are_recognised() -> None:
    request = describe(nets.small_llama(), torch.randn(2, 7, 5), task="classification")
    assert (request.layer_type, request.depth, request.width) == ("attention", 2, 32)
    assert (request.normalization, request.residual, request.gated_ffn) == ("rms", True, True)


def test_functions_are_found_by_what_they_compute_with_their_places() -> None:
    found = examine(nets.FunctionalMLP(), torch.randn(4, 20), task="regression")
    assert [(place.activation, place.manner) for place in found.activations] == [
        ("relu", "function"),
        ("silu", "function"),
    ]
    assert all("torch_networks.py:" in place.where for place in found.activations)
    assert found.description.target is None


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: 0.5 * x * (1 + torch.erf(x / 2**0.5)), "gelu"),
        (lambda x: functional.gelu(x, approximate="tanh"), "gelu_tanh"),
        (lambda x: x * torch.tanh(functional.softplus(x)), "mish"),
        (lambda x: torch.relu(x) ** 2, "squared_relu"),
        (lambda x: x.clamp(0, 6), "relu6"),
        (lambda x: x.clamp(min=0), "relu"),
        (lambda x: x + torch.sin(x) ** 2, "snake"),
        (lambda x: functional.leaky_relu(x, 0.2), "leaky_relu"),
        (nn.PReLU(16), "prelu"),
        (nn.Hardtanh(0.0, 20.0), "clipped_relu"),
        (nets.OwnSwish(), "silu"),
        (torch.sin, "sine"),
    ],
)
def test_a_function_in_any_spelling_gets_its_name(function: object, name: str) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(4, 16), nn.Linear(16, 2)
            self.function = function

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.function(self.first(x)))  # type: ignore[operator]

    assert [place.activation for place in examine(Net(), torch.randn(3, 4)).activations] == [name]


def test_kinds_of_layers_beside_each_other_become_blocks_in_order() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(1152, 32),
        nn.GELU(),
        nn.Linear(32, 10),
    )
    request = describe(module, IMAGES, task="classification")
    assert request.layer_type == "mixed"
    assert request.layers is not None
    assert [(one.name, one.depth, one.width) for one in request.layers] == [("conv", 2, 8), ("dense", 1, 32)]


def test_what_the_caller_knows_wins() -> None:
    found = told(nets.ResNet(), IMAGES, width=99, modality="audio", classes=4)
    assert (found["width"], found["modality"], found["classes"]) == (99, "audio", 4)


def test_none_leaves_a_field_open_and_a_layer_type_replaces_the_blocks() -> None:
    assert told(nets.ResNet(), IMAGES, features=None, precision=None).keys().isdisjoint({"features", "precision"})
    both = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 8), nn.ReLU(), nn.Linear(8, 1))
    whole = describe(both, IMAGES, task="binary_classification", layer_type="conv", depth=2)
    assert (whole.layers, whole.layer_type) == (None, "conv")
    assert describe(both, IMAGES, task="classification").classes == 2
    with pytest.raises(ContractError, match="did you mean 'noise'"):
        describe(both, IMAGES, task="classification", nois="high")


def test_a_softmax_at_the_end_shows_the_task_and_else_it_must_be_told() -> None:
    layers = [nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)]
    assert describe(nn.Sequential(*layers, nn.Softmax(-1)), torch.randn(2, 4)).task == "multiclass_classification"
    with pytest.raises(ContractError, match="say it, as in describe"):
        describe(nn.Sequential(*layers), torch.randn(2, 4))


def test_a_module_without_weights_is_refused() -> None:
    with pytest.raises(ContractError, match="no layer with weights"):
        describe(nn.ReLU(), torch.randn(2, 4), task="regression")


def test_flags_and_hooks_are_as_before_even_when_the_module_fails() -> None:
    module = nets.ResNet()
    module.blocks[1].eval()
    before = [one.training for one in module.modules()]
    statistics = module.bn.running_mean.clone()
    with pytest.raises(RuntimeError):
        describe(module, torch.randn(2, 5, 16, 16), task="classification")
    describe(module, IMAGES, task="classification")
    assert [one.training for one in module.modules()] == before
    assert torch.equal(module.bn.running_mean, statistics)
    assert not nn.modules.module._global_forward_hooks
    assert not nn.modules.module._global_forward_pre_hooks
    assert torch.backends.mha.get_fastpath_enabled()


def test_no_machine_path_is_told() -> None:
    found = examine(nets.FunctionalMLP(), torch.randn(4, 20), task="regression")
    assert "/" not in str(found.activations)


def test_examples_may_be_tuples_or_mappings() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(3, 8), nn.Linear(8, 1)

        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return self.b(torch.tanh(self.a(x + y)))

    x = torch.randn(2, 3)
    for example in ((x, x), {"x": x, "y": x}):
        assert describe(Two(), example, task="regression").depth == 1
    with pytest.raises(TypeError, match="a tensor, a tuple"):
        describe(Two(), "nothing", task="regression")


def test_compiled_and_wrapped_modules_are_looked_into() -> None:
    class OptimizedModule(nn.Module):
        """Keeps the module as torch.compile does, whose own class takes seconds to import."""

        def __init__(self, module: nn.Module) -> None:
            super().__init__()
            self._orig_mod = module

    module = nets.shared_mlp()
    expected = describe(module, torch.randn(2, 12), task="classification")
    for wrapped in (OptimizedModule(module), nn.DataParallel(module)):
        assert describe(wrapped, torch.randn(2, 12), task="classification") == expected


def test_the_doctors_form_lists_layers_as_they_act() -> None:
    found = network(nets.ResNet(), IMAGES, loss="CrossEntropyLoss", task="classification")
    kinds = [layer.kind for layer in found.layers]
    assert kinds.count("addition") == 3
    assert kinds[-1] == "dense"
    assert (found.framework, found.residual, found.loss) == ("pytorch", True, "CrossEntropyLoss")
    assert found.layers[-1].activation == "identity"


def test_functions_that_pytorch_tells_nobody_of_are_known_by_their_module() -> None:
    class Quiet(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(np.maximum(x.numpy(), 0))

    found = examine(nn.Sequential(nn.Linear(4, 8), Quiet(), nn.Linear(8, 2)), torch.randn(2, 4), task="regression")
    assert [(place.activation, place.where, place.manner) for place in found.activations] == [("relu", "1", "module")]

    class Lost(nn.Sequential):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(super().forward(x).numpy())

    lost = examine(Lost(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), torch.randn(2, 4), task="regression")
    assert any("not seen" in note for note in lost.notes)


def test_layers_called_by_keyword_are_connected() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.norm, self.b = nn.Linear(4, 8), nn.LayerNorm(8), nn.Linear(8, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.b(input=torch.relu(input=self.norm(input=self.a(input=x))))

    request = describe(Net(), torch.randn(2, 4), task="regression")
    assert (request.depth, request.width, request.normalization) == (1, 8, "layer")


def test_layers_that_the_example_does_not_use_are_named() -> None:
    module = nets.FunctionalMLP()
    module.spare = nn.Linear(3, 3)
    assert any("not used by the example: spare" in note for note in examine(module, torch.randn(2, 20)).notes)
    attention = nets.TextClassifier()
    assert not any("not used" in note for note in examine(attention, torch.randint(0, 50, (2, 7))).notes)


def test_values_written_in_place_are_followed() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = torch.tanh(self.a(x))
            y[:, 0] = 0.0
            return self.b(y)

    assert describe(Net(), torch.randn(2, 4), task="regression").depth == 1


def test_what_the_doctor_cannot_take_is_told() -> None:
    with pytest.raises(ContractError, match="learning_rate"):
        network(nets.shared_mlp(), torch.randn(2, 12), learning_rate=-1)


def test_layers_that_pass_messages_are_a_graph() -> None:
    class MessagePassing(nn.Module):
        """By this name the layers of graph libraries are known."""

    class Convolution(MessagePassing):
        def __init__(self, before: int, after: int) -> None:
            super().__init__()
            self.in_channels, self.out_channels = before, after
            self.lin = nn.Linear(before, after)

        def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(x), self.out_channels).index_add(0, edges[1], self.lin(x)[edges[0]])

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.head = Convolution(5, 16), Convolution(16, 16), nn.Linear(16, 3)

        def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
            x = torch.relu(self.b(torch.relu(self.a(x, edges)), edges))
            return self.head(x)

    request = describe(Net(), (torch.randn(6, 5), torch.tensor([[0, 1], [1, 2]])), task="classification")
    assert (request.layer_type, request.depth, request.width, request.modality) == ("graph", 2, 16, "graph")


def test_the_doctor_finds_nothing_wrong_with_sound_networks() -> None:
    cases = ((nets.ResNet(), IMAGES), (nets.mobilenet(), IMAGES), (nets.small_llama(), torch.randn(2, 7, 5)))
    for module, example in cases:
        told = {"network": network(module, example, task="classification"), "context": {"loss": "CrossEntropyLoss"}}
        assert consult(read_diagnosis(told)).findings == ()


def test_the_doctor_finds_what_is_wrong() -> None:
    module = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(-1))
    told = {"network": network(module, torch.randn(2, 8)), "context": {"loss": "CrossEntropyLoss"}}
    assert any(one.severity == "error" and one.layers == (3,) for one in consult(read_diagnosis(told)).findings)


def test_weight_normalisation_is_seen() -> None:
    module = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 8)), nn.ReLU(), nn.Linear(8, 1))
    assert describe(module, torch.randn(2, 4), task="regression").normalization == "weight"


def test_a_network_without_any_activation_still_has_its_layers() -> None:
    found = examine(
        nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 1)), torch.randn(2, 4), task="regression"
    )
    assert found.description.depth == 2
    assert found.activations == ()
    assert "no activation was found" in str(found)
