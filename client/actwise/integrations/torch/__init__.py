"""PyTorch: describe a module, look through it as the doctor does, and put an answer's choices into it.

from actwise.integrations import torch as actwise_torch

description = actwise_torch.describe(module, example, task="classification", compute_budget="low")
changes = actwise_torch.apply(module, client.recommend(description), example=example)
"""

from actwise.integrations.missing import not_installed

try:
    import torch as _torch  # noqa: F401  # only whether it is there
except ImportError as error:
    raise not_installed("PyTorch", "torch", error) from error

from actwise.integrations.torch.activations import activation
from actwise.integrations.torch.applying import apply
from actwise.integrations.torch.examining import describe, examine, network

__all__ = ["activation", "apply", "describe", "examine", "network"]
