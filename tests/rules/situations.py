"""Situations for the tests of rules."""

from __future__ import annotations

from typing import Any

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, resolve

_SHORTEST = {"task": "classification", "layer_type": "dense", "depth": 4, "compute_budget": "medium"}


def situation(**fields: Any) -> Situation:
    """The first block of a request with these fields; a medium dense classifier where nothing is said."""
    return resolve(TaskDescription.model_validate(_SHORTEST | fields))[0][0]
