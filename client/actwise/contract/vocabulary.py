"""The closed word lists of the contract: every enumerated field draws its values from here."""

from __future__ import annotations

from typing import Literal, get_args

Task = Literal[
    "classification",
    "regression",
    "binary_classification",
    "multiclass_classification",
    "multilabel_classification",
    "ordinal",
    "count_regression",
    "positive_regression",
    "bounded_regression",
    "quantile_regression",
    "heteroscedastic_regression",
    "proportions",
    "survival",
    "sequence_labeling",
    "language_modeling",
    "segmentation",
    "detection",
    "generation",
    "density",
    "embedding",
    "ranking",
    "reinforcement_learning",
    "other",
]
LayerType = Literal["dense", "conv", "recurrent", "attention", "graph", "mixed"]
ComputeBudget = Literal["low", "medium", "high"]
Normalization = Literal["none", "batch", "layer", "rms", "group", "instance", "weight"]
Cell = Literal["rnn", "lstm", "gru"]
Modality = Literal["tabular", "image", "text", "audio", "time_series", "graph", "control", "other"]
Noise = Literal["low", "medium", "high"]
Framework = Literal["pytorch", "keras", "jax", "sklearn"]
Precision = Literal["float64", "float32", "float16", "bfloat16", "float8"]
DeploymentTarget = Literal["server", "browser", "mobile", "microcontroller", "edge_tpu"]
Privacy = Literal["none", "dp_sgd"]
Prefer = Literal["balanced", "quality", "convention"]
Optimizer = Literal["adam", "sgd"]
Role = Literal[
    "hidden",
    "bottleneck",
    "generator",
    "discriminator",
    "policy",
    "value",
    "flow_scale",
    "implicit_representation",
    "autoencoder",
    "attention_weights",
]
RowForm = Literal["table", "image", "signal", "sequence"]
Gate = Literal["input", "forget", "output", "reset", "update"]

TASKS: tuple[str, ...] = get_args(Task)
LAYER_TYPES: tuple[str, ...] = get_args(LayerType)
COMPUTE_BUDGETS: tuple[str, ...] = get_args(ComputeBudget)
NORMALIZATIONS: tuple[str, ...] = get_args(Normalization)
CELLS: tuple[str, ...] = get_args(Cell)
MODALITIES: tuple[str, ...] = get_args(Modality)
ROLES: tuple[str, ...] = get_args(Role)
GATES: tuple[str, ...] = get_args(Gate)

GATES_OF_CELL: dict[str, tuple[str, ...]] = {"lstm": ("input", "forget", "output"), "gru": ("reset", "update")}
"""The gates of each cell that has any."""

CLASSIFICATION_TASKS = frozenset(
    {
        "classification",
        "binary_classification",
        "multiclass_classification",
        "multilabel_classification",
        "ordinal",
        "sequence_labeling",
        "language_modeling",
        "segmentation",
        "detection",
    }
)
REGRESSION_TASKS = frozenset(
    {
        "regression",
        "count_regression",
        "positive_regression",
        "bounded_regression",
        "quantile_regression",
        "heteroscedastic_regression",
        "proportions",
        "survival",
    }
)
