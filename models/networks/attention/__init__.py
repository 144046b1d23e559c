"""Transformer encoders: one file per layer, forward and backward beside each other."""

from models.networks.attention.network import Attention, workload

__all__ = ["Attention", "workload"]
