"""When things happen in a training run of a fixed number of steps."""

from __future__ import annotations

WARM_UP_SHARE = 0.05
LONGEST_WARM_UP = 100


def rate_factor(step: int, steps: int) -> float:
    """Share of the highest learning rate at `step`, counted from 1 to `steps`.

    Linear warm-up over a twentieth of the steps (at most 100), then linear decay that would reach 0 one step after the
    last, so that every step counts. A run of one step has factor 1.
    """
    warm_up = max(1, min(LONGEST_WARM_UP, round(WARM_UP_SHARE * steps)))
    if step <= warm_up:
        return step / warm_up
    return (steps - step + 1) / (steps - warm_up + 1)


def evaluation_steps(steps: int, evaluations: int) -> tuple[int, ...]:
    """The steps after which the curve has a point: evenly spread, the last one included, none twice."""
    points = (round(steps * index / evaluations) for index in range(1, evaluations + 1))
    return tuple(sorted({max(1, point) for point in points}))
