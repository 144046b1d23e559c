"""Hugging Face: describe a configuration of transformers, and put an answer's choice into it.

from actwise.integrations import huggingface

description = huggingface.describe(BertConfig(), task="classification", compute_budget="low")
changes = huggingface.apply(config, client.recommend(description))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import canonical_name
from actwise.contract.request import TaskDescription
from actwise.integrations.choices import first_possible, ranking_of
from actwise.integrations.graph import words
from actwise.integrations.missing import not_installed
from actwise.integrations.report import Changes, Found, Place

try:
    from transformers import PretrainedConfig
except ImportError as error:
    raise not_installed("transformers", "huggingface", error) from error

__all__ = ["apply", "describe", "examine"]

NAMES: Mapping[str, str] = {
    "identity": "linear",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "relu6": "relu6",
    "leaky_relu": "leaky_relu",
    "prelu": "prelu",
    "gelu": "gelu",
    "gelu_tanh": "gelu_pytorch_tanh",
    "quick_gelu": "quick_gelu",
    "silu": "silu",
    "mish": "mish",
    "hard_swish": "hardswish",
    "squared_relu": "relu2",
}
"""What transformers' ACT2FN calls the activations that it has."""

_SPELLINGS = {word: name for name, word in NAMES.items()} | {
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_accurate": "gelu_tanh",
    "gelu_python_tanh": "gelu_tanh",
    "gelu_python": "gelu",
    "swish": "silu",
}
_SETTINGS = ("hidden_act", "hidden_activation", "activation_function", "dense_act_fn", "activation")
"""Where configurations keep the activation of their feed-forward layers."""

_GATED = words(
    "llama mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 gemma3_text phi3 olmo olmo2 cohere "
    "cohere2 granite deepseek_v2 deepseek_v3 stablelm glm glm4 helium smollm3"
)
"""Families whose feed-forward layer multiplies two projections."""

_ROOT_MEAN_SQUARE = frozenset({"t5", "mt5", "umt5", "longt5"})
"""Families whose class for it is called a layer normalisation and divides by the root mean square."""

_TASKS = (
    ("ForSequenceClassification", "classification"),
    ("ForImageClassification", "classification"),
    ("ForAudioClassification", "classification"),
    ("ForTokenClassification", "sequence_labeling"),
    ("ForCausalLM", "language_modeling"),
    ("LMHeadModel", "language_modeling"),
    ("ForMaskedLM", "language_modeling"),
    ("ForConditionalGeneration", "language_modeling"),
    ("ForSemanticSegmentation", "segmentation"),
    ("ForObjectDetection", "detection"),
)
_PROBLEMS = {
    "regression": "regression",
    "single_label_classification": "multiclass_classification",
    "multi_label_classification": "multilabel_classification",
}


def describe(config: PretrainedConfig, **known: Any) -> TaskDescription:
    """The request for a configuration; nothing is downloaded and no model is made.

    `known`: fields of TaskDescription that the caller knows better, such as task and compute_budget ("medium" unless
    said); they win. Raises ContractError for a configuration that does not show its layers or holds several, and when
    the task is neither told nor shown.
    """
    return examine(config, **known).description


def examine(config: PretrainedConfig, **known: Any) -> Found:
    """Everything that was found in a configuration, and notes about what was not; arguments as for `describe`."""
    setting = _setting(config)
    name = _canonical(str(getattr(config, setting)))
    fields, notes = _layers(config)
    extra = {
        "framework": "pytorch",
        "modality": _modality(config),
        "precision": _precision(config),
        **_task(config),
    }
    told = {**fields, **{key: value for key, value in extra.items() if value is not None}}
    places = (Place(name or str(getattr(config, setting)), setting, "setting"),)
    if name is None:
        notes.append(f"{getattr(config, setting)!r} is no activation that Actwise knows")
    return Found(told, (), places, tuple(notes), known)


def apply(config: PretrainedConfig, answer: Recommendation, block: str | None = None) -> Changes:
    """Set the activation of a configuration, in place, to the best choice that transformers has.

    `Changes.not_swapped` tells the choices before it that ACT2FN has no name for. In a gated feed-forward layer a gated
    unit becomes the function of its gate. Weights start as the model's own code says. Raises ContractError for a block
    that the answer does not have, and a configuration without an activation.
    """
    setting, changes = _setting(config), Changes(model=config)
    ranking = ranking_of(answer, block)
    if ranking is None:
        names = tuple(one.block for one in answer.hidden)
        raise ContractError(
            (Fault(pointer="/block", code="missing", message="say which block is meant", allowed=names),)
        )
    fitting = first_possible(ranking.ranking, NAMES, _gated(config))
    if fitting is None:
        changes.not_swapped.append("no ranked activation has a name in transformers (ACT2FN)")
        return changes
    choice, function, passed = fitting
    if passed:
        told = (
            f"{', '.join(passed)}: no name in transformers (ACT2FN); {function} is number {choice.rank} of the answer"
        )
        changes.not_swapped.append(f"{told}, tie group {choice.tie_group}")
    before = str(getattr(config, setting))
    if _canonical(before) != function:
        setattr(config, setting, NAMES[function])
        if setting == "dense_act_fn":
            config.feed_forward_proj = f"gated-{NAMES[function]}" if _gated(config) else NAMES[function]
        changes.swapped.append((setting, before, NAMES[function]))
    if choice.initialization.gain is not None:
        changes.left.append(
            "weights: the model draws all of them with initializer_range; in front of the activation the answer wants "
            f"gain {choice.initialization.gain:g} (actwise.integrations.torch.apply draws them so)"
        )
    return changes


def _setting(config: PretrainedConfig) -> str:
    """The name under which a configuration keeps its activation."""
    found = next((one for one in _SETTINGS if isinstance(getattr(config, one, None), str)), None)
    if found is None:
        raise ContractError((_no_activation(config),))
    return found


def _no_activation(config: PretrainedConfig) -> Fault:
    parts = tuple(key for key, value in vars(config).items() if isinstance(value, PretrainedConfig))
    if parts:
        message = f"this configuration holds several: take one of them, such as config.{parts[0]}"
    else:
        message = f"{type(config).__name__} names no activation: describe the model, with actwise.integrations.torch"
    return Fault(pointer="/config", code="not_allowed", message=message, allowed=parts or None)


def _canonical(word: str) -> str | None:
    return _SPELLINGS.get(word) or canonical_name(word)


def _number(config: PretrainedConfig, *names: str) -> int | None:
    values = (getattr(config, name, None) for name in names)
    return next(
        (value for value in values if isinstance(value, int) and not isinstance(value, bool) and value > 0), None
    )


def _layers(config: PretrainedConfig) -> tuple[dict[str, Any], list[str]]:
    heads = _number(config, "num_attention_heads", "encoder_attention_heads")
    depths = getattr(config, "depths", None)
    if isinstance(heads, int):
        return _attention(config)
    if isinstance(depths, (list, tuple)) and _number(config, "num_channels"):
        return _convolutions(config, [int(one) for one in depths])
    message = f"{type(config).__name__} does not show its layers: describe the model, with actwise.integrations.torch"
    raise ContractError((Fault(pointer="/config", code="not_allowed", message=message),))


def _attention(config: PretrainedConfig) -> tuple[dict[str, Any], list[str]]:
    depth, notes = _number(config, "num_hidden_layers", "num_layers", "encoder_layers"), []
    decoder = _number(config, "num_decoder_layers", "decoder_layers") if config.is_encoder_decoder else None
    if depth and decoder:
        notes.append(f"depth counts {depth} layers of the encoder and {decoder} of the decoder")
    rms = hasattr(config, "rms_norm_eps") or config.model_type in _ROOT_MEAN_SQUARE
    fields = {
        "layer_type": "attention",
        "depth": (depth or 1) + (decoder or 0),
        "width": _number(config, "hidden_size"),
        "normalization": "rms" if rms else "layer",
        "residual": True,
        "gated_ffn": True if _gated(config) else None,
    }
    if not _gated(config) and hasattr(config, "rms_norm_eps"):
        notes.append("most models of this kind multiply two projections (gated_ffn); this family is not known: say it")
    return {key: value for key, value in fields.items() if value is not None}, notes


def _convolutions(config: PretrainedConfig, depths: list[int]) -> tuple[dict[str, Any], list[str]]:
    inside = {"bottleneck": 3, "basic": 2}.get(str(getattr(config, "layer_type", "")))
    sizes = getattr(config, "hidden_sizes", None) or [None]
    fields = {
        "layer_type": "conv",
        "depth": sum(depths) * (inside or 2) + 1,
        "width": sizes[len(sizes) // 2],
        "residual": True,
        "normalization": "layer" if hasattr(config, "layer_norm_eps") else "batch",
    }
    notes = [f"depth is taken as {inside or 2} convolutions in each of {sum(depths)} blocks, and one before them"]
    return {key: value for key, value in fields.items() if value is not None}, notes


def _gated(config: PretrainedConfig) -> bool:
    return bool(getattr(config, "is_gated_act", config.model_type in _GATED))


def _modality(config: PretrainedConfig) -> str | None:
    if _number(config, "num_mel_bins"):
        return "audio"
    if _number(config, "num_channels"):
        return "image"
    return "text" if _number(config, "vocab_size") else None


def _precision(config: PretrainedConfig) -> str | None:
    told = str(getattr(config, "dtype", None)).removeprefix("torch.")
    return told if told in ("float64", "float32", "float16", "bfloat16") else None


def _task(config: PretrainedConfig) -> dict[str, Any]:
    """The task, where the problem or the architecture is named; with the number of its classes."""
    names = getattr(config, "architectures", None) or ()
    named = next((task for word, task in _TASKS for name in names if name.endswith(word)), None)
    task = _PROBLEMS.get(str(getattr(config, "problem_type", None)), named)
    labels = _number(config, "num_labels")
    if task is None:
        return {}
    if task == "language_modeling":
        return {"task": task, "classes": _number(config, "vocab_size")}
    counted = task in ("classification", "multiclass_classification", "multilabel_classification", "sequence_labeling")
    return {"task": task, "classes": labels if counted and labels and labels > 1 else None}
