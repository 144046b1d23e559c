"""Small numerical experiments that can confirm or refute what a rule claims: pure functions of parameters and seeds."""

from __future__ import annotations

from models.experiments.base import Experiment, Outcome, ParameterFault, Parameters, compare
from models.experiments.registry import EXPERIMENTS, UnknownExperiment, get_experiment

__all__ = [
    "EXPERIMENTS",
    "Experiment",
    "Outcome",
    "ParameterFault",
    "Parameters",
    "UnknownExperiment",
    "compare",
    "get_experiment",
]
