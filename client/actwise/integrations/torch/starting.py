"""Weights drawn anew, exactly as an answer says."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrize

from actwise.integrations.choices import Start


def why_left(layer: nn.Module, root: nn.Module) -> str | None:
    """Why the weights of a layer are better left alone; None when they can be drawn anew."""
    weight = getattr(layer, "weight", None)
    if parametrize.is_parametrized(layer) or not isinstance(weight, nn.Parameter):
        return "its weights are computed from others"
    if nn.parameter.is_lazy(weight):
        return "it has no weights yet: run the module once"
    if not weight.requires_grad:
        return "its weights are frozen"
    tied = [one for one in root.modules() if one is not layer and getattr(one, "weight", None) is weight]
    return f"it shares its weights with a {type(tied[0]).__name__}" if tied else None


def start_layer(layer: nn.Module, start: Start, generator: torch.Generator | None) -> None:
    """Draw the weights of a dense or convolutional layer: normal, gain / sqrt(fan_in); biases zero."""
    weight = layer.weight
    transposed = isinstance(layer, nn.modules.conv._ConvTransposeNd)
    units = 1 if transposed else 0
    fan_in = weight.shape[0] // layer.groups * weight[0, 0].numel() if transposed else weight[0].numel()
    if type(layer).__name__ == "Conv1D":  # of the transformers library: inputs first
        units, fan_in = 1, weight.shape[0]
    nn.init.normal_(weight, std=start.gain / fan_in**0.5, generator=generator)
    if start.centred:
        weight.data -= weight.data.mean(dim=[axis for axis in range(weight.dim()) if axis != units], keepdim=True)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def start_recurrent(layer: nn.Module, start: Start, generator: torch.Generator | None) -> None:
    """Draw a recurrent layer: input weights with the gain, recurrent ones orthogonal gate by gate, biases zero."""
    for name, weight in layer.named_parameters(recurse=False):
        if "weight_ih" in name:
            nn.init.normal_(weight, std=start.gain / weight.shape[1] ** 0.5, generator=generator)
            if start.centred:
                weight.data -= weight.data.mean(dim=1, keepdim=True)
        elif "weight_hh" in name:
            for gate in weight.data.split(layer.hidden_size):
                nn.init.orthogonal_(gate, generator=generator)
        elif "bias" in name:
            nn.init.zeros_(weight)


def start_projections(layer: nn.Module, generator: torch.Generator | None) -> None:
    """Draw the projections of queries, keys and values, each as the matrix that it is (Glorot, gain 1)."""
    if isinstance(layer, nn.MultiheadAttention):
        joint = layer.in_proj_weight
        own = (
            joint.data.chunk(3)
            if joint is not None
            else (layer.q_proj_weight, layer.k_proj_weight, layer.v_proj_weight)
        )
        for projection in own:
            nn.init.xavier_uniform_(projection, generator=generator)
    else:
        nn.init.xavier_uniform_(layer.weight, generator=generator)
