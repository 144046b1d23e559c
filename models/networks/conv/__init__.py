"""Populations of convolutional networks: `network` is the whole, `layer` one hidden layer, the others its parts."""

from __future__ import annotations

from models.networks.conv.network import Conv, workload

__all__ = ["Conv", "workload"]
