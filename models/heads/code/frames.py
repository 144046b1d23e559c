"""The frame around a loss and a prediction in each framework, and functions of its own that replace a template."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.words import CROSS_ENTROPY

OWN_LOSSES: Mapping[str, Mapping[str, str]] = {
    "pytorch": {
        "soft_cross_entropy": CROSS_ENTROPY["pytorch"],
        "smoothed_cross_entropy": "return F.cross_entropy(z, y, label_smoothing=0.1)",
        "binary_cross_entropy": "return F.binary_cross_entropy_with_logits(z, y)",
        "huber": "return F.huber_loss(z, y)",
    },
    "keras": {
        "binary_cross_entropy": "return keras.ops.mean(keras.losses.binary_crossentropy(y, z, from_logits=True))",
        "huber": "return keras.ops.mean(keras.losses.huber(y, z))",
    },
    "jax": {},
}
"""Stable functions of a framework's own. PyTorch's Poisson loss is not among them: it takes e**z as it comes."""

_NOTES = (
    "# z: [rows, {units}] ({unit_words}); y: {shape}; target: {target}\n"
    "# bias of the last layer: {bias}\n# prediction: {inference}\n"
)
_BODIES = "\n\n{helpers}def loss({arguments}):\n{loss}\n\n\ndef predict(z):\n{predict}\n"
FRAMES: Mapping[str, str] = {
    "pytorch": (
        f"import torch\nimport torch.nn.functional as F\n\n{_NOTES}head = torch.nn.LazyLinear({{units}})\n{_BODIES}"
    ),
    "keras": f"import keras\n\n{_NOTES}head = keras.layers.Dense({{units}})\n{_BODIES}",
    "jax": (
        f"import jax\nimport jax.numpy as jnp\n\n{_NOTES}units = {{units}}\n\n\n"
        f"def head(features, weights, bias):\n    return features @ weights + bias\n{_BODIES}"
    ),
}
ARGUMENTS: Mapping[str, str] = {"pytorch": "z, y", "keras": "y, z", "jax": "z, y"}
