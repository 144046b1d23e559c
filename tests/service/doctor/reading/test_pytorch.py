"""Reading what PyTorch 2.13 prints for a model; the samples are real prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from actwise.contract.diagnosis import Layer
from actwise.contract.faults import ContractError
from service.doctor.reading.pytorch import read_pytorch

SAMPLES = Path(__file__).parent / "samples"


def every_layer() -> dict[str, Layer]:
    return {str(one.name): one for one in read_pytorch((SAMPLES / "torch_every_layer.txt").read_text()).layers}


def layers(text: str) -> tuple[Layer, ...]:
    return read_pytorch(text).layers


def hidden(text: str) -> list[str]:
    found = read_pytorch(text)
    return list(found.hidden(found.layers))


def refused(text: str) -> str:
    with pytest.raises(ContractError) as caught:
        read_pytorch(text)
    return caught.value.faults[0].code


@pytest.mark.parametrize(
    ("name", "kind", "activation", "inputs", "units"),
    [
        ("e", "embedding", None, None, 16),
        ("tr.layers.1.self_attn", "attention", None, 16, 16),
        ("r", "recurrent", None, 16, 32),
        ("l", "recurrent", "tanh", 32, 16),
        ("g", "recurrent", "tanh", 3, 4),
        ("rc", "recurrent", "relu", 3, 4),
        ("w", "dense", None, 3, 4),
        ("h", "activation", "relu6", None, None),
        ("gn", "normalization", None, 16, 16),
        ("rm", "normalization", None, 16, 16),
        ("a", "pooling", None, None, None),
        ("sm", "activation", "softmax", None, None),
        ("gl", "activation", "gelu_tanh", None, None),
        ("ct", "conv", None, 3, 8),
        ("pr", "activation", "prelu", None, None),
        ("ll", "dense", None, None, 5),
        ("bi", "dense", None, None, 4),
        ("id", "reshape", None, None, None),
        ("fl", "reshape", None, None, None),
        ("u", "reshape", None, None, None),
        ("mp", "pooling", None, None, None),
        ("t", "other", None, None, None),
    ],
)
def test_a_layer_is_read_with_its_kind_its_function_and_its_sizes(
    name: str, kind: str, activation: str | None, inputs: int | None, units: int | None
) -> None:
    found = every_layer()[name]
    assert (found.kind, found.activation, found.inputs, found.units) == (kind, activation, inputs, units)


def test_nothing_of_a_real_print_is_left_unread() -> None:
    assert read_pytorch((SAMPLES / "torch_every_layer.txt").read_text()).unread == ()


def test_a_loss_that_the_model_holds_is_its_loss_and_no_layer() -> None:
    found = read_pytorch((SAMPLES / "torch_every_layer.txt").read_text())
    assert found.fields == {"framework": "pytorch", "loss": "CrossEntropyLoss"}
    assert "loss" not in every_layer()


def test_gates_and_weight_normalisation_are_told() -> None:
    assert every_layer()["l"].gate_activation == "sigmoid"
    assert every_layer()["w"].parameters["parametrization"] == "WeightNorm"


def test_arguments_become_plain_values() -> None:
    assert every_layer()["tr.layers.0.dropout"].parameters == {"p": 0.1, "inplace": False}


def test_an_encoder_layer_is_put_in_the_order_in_which_data_pass() -> None:
    names = " ".join(name.rpartition(".")[2] for name in every_layer() if name.startswith("tr.layers.0"))
    assert names == "self_attn dropout1 attention norm1 linear1 dropout linear2 dropout2 feed_forward norm2"
    assert every_layer()["tr.layers.0.attention"].kind == "addition"
    assert every_layer()["tr.layers.0.linear1"].activation is None
    assert every_layer()["tr.layers.0.linear2"].activation == "identity"


def test_an_activation_that_a_decoder_layer_prints_stands_between_its_linear_layers() -> None:
    names = [name for name in every_layer() if name.startswith("de.")]
    place = names.index("de.activation")
    assert names[place - 1] == "de.linear1"
    assert every_layer()["de.linear1"].activation == "identity"


def test_repeated_blocks_are_written_out_with_their_numbers() -> None:
    text = "ModuleList(\n  (0-2): 3 x Block(\n    (fc): Linear(in_features=4, out_features=4, bias=True)\n  )\n)"
    assert [one.name for one in layers(text)] == ["0.fc", "1.fc", "2.fc"]


@pytest.mark.parametrize("line", ["(0-5000): 5001 x Linear(4, 4)", "(0-999999998): 999999999 x Linear(4, 4)"])
def test_more_than_five_thousand_layers_are_refused_before_they_are_written_out(line: str) -> None:
    assert refused(f"ModuleList(\n  {line}\n)") == "too_long"


def test_in_a_sequence_nothing_can_hide_between_the_layers() -> None:
    text = "Sequential(\n  (0): Linear(3, 4)\n  (1): Linear(4, 4)\n)"
    assert [one.activation for one in layers(text)] == ["identity", "identity"]
    assert hidden(text) == []


def test_behind_the_last_layer_of_a_sequence_inside_another_module_a_function_may_hide() -> None:
    text = "Net(\n  (body): Sequential(\n    (0): Linear(3, 4)\n    (1): Linear(4, 4)\n  )\n)"
    assert [one.activation for one in layers(text)] == ["identity", None]
    assert "behind 1 layer (body.1)" in hidden(text)[0]


def test_of_a_print_that_was_cut_off_the_end_is_not_certain() -> None:
    text = "Sequential(\n  (0): Linear(3, 4)\n  (1): Linear(4, 4)"
    found = read_pytorch(text)
    assert [one.activation for one in found.layers] == ["identity", None]
    assert "1 brackets are not closed" in found.notes[0]


def test_a_block_of_a_residual_network_says_what_it_does_not_show() -> None:
    text = (SAMPLES / "torch_resnet_block.txt").read_text()
    first, second = hidden(text)
    assert "F.relu" in first
    assert "registered" in second
    assert [one.activation for one in layers(text) if one.name == "layer1.0.relu"] == ["relu"]


def test_a_bare_list_of_children_and_a_single_layer_can_be_read() -> None:
    assert [one.name for one in layers("(0): Linear(3, 4)\n(1): ReLU()")] == ["0", "1"]
    assert layers("Linear(in_features=3, out_features=4, bias=True)")[0].units == 4


def test_a_module_whose_argument_is_a_module_keeps_its_brackets() -> None:
    text = "G(\n  (c1): GINConv(nn=Sequential(\n    (0): Linear(3, 4, bias=True)\n  ))\n  (c2): GCNConv(4, 2)\n)"
    found = read_pytorch(text)
    assert [(one.name, one.kind) for one in found.layers] == [("c1.0", "dense"), ("c2", "graph")]
    assert found.unread == ()


def test_a_class_nobody_knows_is_other_and_its_children_are_read() -> None:
    text = "Net(\n  (a): Mystery()\n  (b): Wrapper(\n    (x): Swish()\n  )\n)"
    assert [(one.name, one.kind, one.activation) for one in layers(text)] == [
        ("a", "other", None),
        ("b.x", "activation", "silu"),
    ]


def test_a_normalisation_that_holds_its_activation_is_both() -> None:
    text = "N(\n  (bn1): BatchNormAct2d(\n    8, eps=1e-05\n    (drop): Identity()\n    (act): ReLU()\n  )\n)"
    assert [(one.kind, one.units) for one in layers(text)] == [
        ("normalization", 8),
        ("reshape", None),
        ("activation", None),
    ]


def test_blocks_that_register_their_norms_last_are_put_in_order() -> None:
    block = (
        "LlamaDecoderLayer(\n  (self_attn): LlamaSdpaAttention(\n    (o_proj): Linear(8, 8)\n  )\n  (mlp): LlamaMLP(\n"
        "    (gate_proj): Linear(8, 16)\n    (up_proj): Linear(8, 16)\n    (down_proj): Linear(16, 8)\n"
        "    (act_fn): SiLU()\n"
        "  )\n  (input_layernorm): LlamaRMSNorm((8,))\n  (post_attention_layernorm): LlamaRMSNorm((8,))\n)"
    )
    found = layers(block)
    assert " ".join(str(one.name).rpartition(".")[2] for one in found) == (
        "input_layernorm o_proj attention post_attention_layernorm gate_proj act_fn up_proj down_proj feed_forward"
    )
    assert {one.activation for one in found if one.kind == "dense"} == {None}


def test_two_children_of_one_name_or_of_names_besides_are_left_as_they_are() -> None:
    strange = "B(\n  (c_fc): Linear(8, 8)\n  (c_proj): Linear(8, 8)\n  (act): ReLU()\n  (more): Linear(8, 8)\n)"
    twice = strange.replace("more", "act")
    for text in (strange, twice):
        assert [one.units for one in layers(text)] == [8, 8, None, 8]


def test_transformer_layers_do_not_show_where_they_normalise() -> None:
    found = read_pytorch((SAMPLES / "torch_every_layer.txt").read_text())
    assert any("norm_first" in note for note in found.hidden(found.layers))


def test_lines_around_a_print_are_told_as_unread() -> None:
    found = read_pytorch(">>> print(model)\nLinear(3, 4)\nloading(done)\nbye")
    assert found.unread == (">>> print(model)", "bye", "loading(done)")


def test_empty_containers_alone_are_no_network() -> None:
    assert refused("ModuleList(\n  (0-9): 10 x Sequential()\n)") == "not_understood"


def test_a_hundred_modules_may_stand_inside_each_other_and_a_thousand_may_not() -> None:
    inner = "(x): Linear(3, 4)\n"
    deep = "\n".join(f"(m{level}): Block(" for level in range(99))
    assert len(str(layers(deep + "\n" + inner)[0].name)) <= 200
    assert refused("\n".join(f"(m{level}): Block(" for level in range(1_000)) + "\n" + inner) == "too_deep"
