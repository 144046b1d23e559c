"""Requests to start from; each one is in the OpenAPI document and is sent by a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUESTS: Mapping[str, dict[str, Any]] = {
    "four fields": {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"},
    "count target": {
        "task": "count_regression",
        "layer_type": "dense",
        "depth": 3,
        "compute_budget": "medium",
        "target": {"low": 0, "overdispersed": True, "zero_share": 0.4},
        "rows": 2700,
        "features": 16,
        "framework": "pytorch",
    },
    "several kinds of layers": {
        "task": "classification",
        "classes": 5,
        "layer_type": "mixed",
        "depth": 8,
        "compute_budget": "medium",
        "modality": "time_series",
        "layers": [
            {"layer_type": "conv", "depth": 6, "normalization": "batch", "name": "encoder"},
            {"layer_type": "recurrent", "depth": 2, "cell": "gru", "name": "decoder"},
        ],
    },
    "microcontroller": {
        "task": "classification",
        "layer_type": "conv",
        "depth": 8,
        "compute_budget": "low",
        "deployment": {"target": "microcontroller", "int8": True, "operators": ["relu", "relu6", "hard_swish"]},
    },
    "with a probe": {
        "task": "classification",
        "layer_type": "dense",
        "depth": 4,
        "compute_budget": "medium",
        "normalization": "none",
        "probe": {"seconds": 20, "seeds": 3, "data": {"name": "digits"}},
    },
}
