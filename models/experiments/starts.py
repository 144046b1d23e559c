"""How the random networks of an experiment begin."""

from __future__ import annotations

from math import sqrt

from models.theory.start import Start, default_start, standard_start

STARTS = ("standard", "recommended", "lecun", "he", "pytorch")


def start_of(candidate: str, scheme: str, depth: int, normalization: str = "none", residual: bool = False) -> Start:
    """The start called `scheme`: ours for this network, the published one, LeCun's, He's, or PyTorch's default."""
    if scheme == "lecun":
        return Start("lecun_normal", 1.0)
    if scheme == "he":
        return Start("he_normal", sqrt(2))
    if scheme == "pytorch":
        return default_start(candidate, "pytorch")
    if scheme == "standard":
        return standard_start(candidate)
    from models.theory.recommend import recommended_start

    return recommended_start(candidate, depth, normalization, residual)
