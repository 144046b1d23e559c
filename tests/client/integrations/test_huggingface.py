"""Configurations of transformers, described and changed; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("transformers")
pytest.importorskip("torch")

import torch
import transformers
from transformers import (
    BertConfig,
    CLIPConfig,
    ConvNextConfig,
    GPT2Config,
    LlamaConfig,
    MambaConfig,
    ResNetConfig,
    T5Config,
    ViTConfig,
)
from transformers.activations import ACT2FN

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.integrations import torch as actwise_torch
from actwise.integrations.functions import GATE_OF, GRID, name_of
from actwise.integrations.huggingface import _GATED, NAMES, apply, describe, examine

Advise = Callable[..., Recommendation]


def test_bert_is_plain_attention_over_text() -> None:
    request = describe(BertConfig(architectures=["BertForSequenceClassification"], num_labels=5), compute_budget="low")
    assert (request.task, request.classes, request.modality) == ("classification", 5, "text")
    assert (request.layer_type, request.depth, request.width) == ("attention", 12, 768)
    assert (request.normalization, request.residual, request.gated_ffn) == ("layer", True, None)
    assert examine(BertConfig()).activations[0].activation == "gelu"


def test_llama_is_gated_with_root_mean_square_normalisation() -> None:
    request = describe(LlamaConfig(architectures=["LlamaForCausalLM"]))
    assert (request.task, request.classes, request.depth, request.width) == ("language_modeling", 32_000, 32, 4_096)
    assert (request.normalization, request.gated_ffn) == ("rms", True)


def test_vit_is_attention_over_images_and_its_task_must_be_told() -> None:
    request = describe(ViTConfig(), task="classification", classes=10)
    assert (request.modality, request.layer_type, request.depth) == ("image", "attention", 12)
    with pytest.raises(ContractError, match="say it"):
        describe(ViTConfig())


def test_other_families_keep_their_settings_under_other_names() -> None:
    gpt = examine(GPT2Config(), task="language_modeling")
    assert (gpt.description.depth, gpt.activations[0].activation, gpt.activations[0].where) == (
        12,
        "gelu_tanh",
        "activation_function",
    )
    t5 = examine(T5Config(feed_forward_proj="gated-gelu"), task="language_modeling")
    assert (t5.description.depth, t5.description.gated_ffn, t5.description.normalization) == (12, True, "rms")
    assert describe(ResNetConfig(), task="classification").layer_type == "conv"
    assert describe(ConvNextConfig(), task="classification").normalization == "layer"
    assert describe(BertConfig(problem_type="multi_label_classification", num_labels=7)).classes == 7


def test_configurations_that_hold_others_or_show_nothing_are_refused_with_a_way_out() -> None:
    with pytest.raises(ContractError, match=r"config\.(text|vision)_config"):
        describe(CLIPConfig(), task="classification")
    assert describe(CLIPConfig().vision_config, task="classification").modality == "image"
    with pytest.raises(ContractError, match=r"actwise\.integrations\.torch"):
        describe(MambaConfig(), task="language_modeling")


@pytest.mark.parametrize("choice", [name for name in NAMES if name != "identity"])
def test_every_choice_is_set_by_its_name_and_found_again(choice: str, advise: Advise) -> None:
    config = BertConfig()
    changes = apply(config, advise(describe(config, task="classification"), allow=[choice]))
    assert config.hidden_act == NAMES[choice]
    assert examine(config).activations[0].activation == choice
    assert not changes.not_swapped
    assert changes.model is config


@pytest.mark.parametrize("name", NAMES)
def test_the_names_are_those_of_act2fn(name: str) -> None:
    with torch.no_grad():
        given = ACT2FN[NAMES[name]](torch.tensor(GRID, dtype=torch.float32))
    assert name_of([float(one) for one in given]) == name


def test_the_spelling_of_the_model_stays_where_nothing_changes(advise: Advise) -> None:
    config = GPT2Config()
    changes = apply(config, advise(describe(config, task="language_modeling"), allow=["gelu_tanh"]))
    assert (config.activation_function, changes.swapped) == ("gelu_new", [])


def test_a_choice_without_a_name_is_told_and_the_next_one_taken(advise: Advise) -> None:
    config = ViTConfig()
    answer = advise(describe(config, task="classification"), allow=["snake", "sine", "elu", "tanh"])
    changes = apply(config, answer)
    assert config.hidden_act == "tanh"
    if answer.hidden[0].ranking[0].activation != "tanh":
        assert "no name in transformers" in changes.not_swapped[0]
    none = apply(ViTConfig(), advise(describe(config, task="classification"), allow=["snake"]))
    assert none.swapped == []
    assert "no ranked activation has a name" in str(none)


def test_a_gated_family_takes_the_function_of_the_gate(advise: Advise) -> None:
    for config, setting in ((LlamaConfig(), "hidden_act"), (T5Config(feed_forward_proj="gated-relu"), "dense_act_fn")):
        answer = advise(describe(config, task="language_modeling"), allow=["geglu", "reglu"])
        apply(config, answer)
        assert getattr(config, setting) == GATE_OF[answer.hidden[0].ranking[0].activation]


def test_the_changed_configuration_makes_a_model_with_the_choice(advise: Advise) -> None:
    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, vocab_size=50)
    apply(config, advise(describe(config, task="classification"), allow=["mish"]))
    model = transformers.BertModel(config)
    assert "mish" in type(model.encoder.layer[0].intermediate.intermediate_act_fn).__name__.lower()


def test_the_model_itself_is_described_and_changed_alike(advise: Advise) -> None:
    config = LlamaConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        vocab_size=50,
        num_key_value_heads=2,
    )
    model, example = transformers.LlamaForCausalLM(config), {"input_ids": torch.arange(14).reshape(2, 7)}
    known = {"task": "language_modeling", "compute_budget": "low"}
    seen = actwise_torch.describe(model, example, **known)
    assert seen == describe(config, **known).model_copy(update={"classes": seen.classes, "precision": "float32"})
    actwise_torch.apply(model, advise(seen, allow=["geglu"]), example=example)
    assert {place.activation for place in actwise_torch.examine(model, example).activations} == {"gelu"}


@pytest.mark.parametrize("family", sorted(_GATED))
def test_the_families_taken_as_gated_are(family: str) -> None:
    folder = Path(transformers.__file__).parent / "models" / family.removesuffix("_text")
    code = "".join(file.read_text() for file in folder.glob("mod*_*.py"))
    assert any(word in code for word in ("gate_proj", "gate_up_proj", "LlamaMLP", "MixtralBlockSparse"))
