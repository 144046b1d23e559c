"""What other usual starts of the weights would do to a candidate in the caller's network."""

from __future__ import annotations

from functools import lru_cache

from actwise.contract.answer import OtherStart
from models.theory import usual_outcomes

DECIMALS = 2
"""Of decades: theory of wide layers and finite networks agree to a few hundredths of one."""


@lru_cache(maxsize=8192)
def other_starts(name: str, depth: int, normalization: str, residual: bool) -> tuple[OtherStart, ...]:
    """The usual starts and the recommended one, each with what it does over the depth.

    Raises UnknownNameError for an activation or normalisation that theory does not cover.
    """
    return tuple(
        OtherStart(
            starts=found.starts,
            gain=round(found.gain, 6),
            gradient_decades=round(found.gradient_decades, DECIMALS) + 0.0,
            variance_last=float(f"{found.variance_last:.3g}"),
        )
        for found in usual_outcomes(name, depth, normalization, residual)
    )
