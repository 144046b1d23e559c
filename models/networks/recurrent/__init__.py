"""Recurrent networks: plain, LSTM and GRU layers."""

from models.networks.recurrent.network import Recurrent, workload

__all__ = ["Recurrent", "workload"]
