"""Deployment passports: what trained networks lose in few bits, and what an activation keeps for its backward pass."""

from models.passports.deployment import Deployment, Drop, Trial, deployment_of, drops
from models.passports.formats import FORMATS, Format
from models.passports.memory import Kept, kept_for_backward

__all__ = [
    "FORMATS",
    "Deployment",
    "Drop",
    "Format",
    "Kept",
    "Trial",
    "deployment_of",
    "drops",
    "kept_for_backward",
]
