"""Theory: how long an assessment takes, and predicted against measured gradient decades.

python -m benchmarks.theory
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from models.theory import CANDIDATES, assess, signal_passport
from models.theory.names import GATES

NETWORKS = (("none", False), ("layer", False), ("batch", False), ("none", True), ("layer", True))
DEPTH, WIDTH = 20, 64


def timings() -> None:
    """Cold and warm assessments, and one passport."""
    assess(1)
    cold = [_seconds(lambda depth=depth: assess(depth)) for depth in range(100, 300)]
    warm = [_seconds(lambda: assess(100)) for _ in range(1000)]
    passport = [_seconds(lambda: signal_passport("gelu", 12, 64)) for _ in range(10)]
    print(
        f"assess, all {len(CANDIDATES)} candidates: "
        f"cold {np.median(cold) * 1e3:.3f} ms, warm {np.median(warm) * 1e6:.1f} us"
    )
    print(f"passport, 12 layers of 64, 3 seeds: {np.median(passport) * 1e3:.1f} ms")


def comparison() -> None:
    """Predicted and measured log10 of first over last layer's gradient at the recommended start."""
    print(f"\ngradient decades over {DEPTH} layers of {WIDTH}: theory / measured, mean of 3 seeds")
    print(f"{'':14s}" + "".join(f"{kind + (' residual' if skip else ''):>20s}" for kind, skip in NETWORKS))
    for index, name in enumerate(CANDIDATES):
        if name not in GATES:
            print(f"{name:14s}" + "".join(f"{_cell(index, name, *network):>20s}" for network in NETWORKS))


def _cell(index: int, name: str, normalization: str, residual: bool) -> str:
    expected = assess(DEPTH, normalization, residual).gradient_decades[index]
    measured = signal_passport(name, DEPTH, WIDTH, normalization, residual).gradient_decades.mean()
    return f"{expected:.2f} / {measured:.2f}"


def _seconds(call: object) -> float:
    assert callable(call)
    started = perf_counter()
    call()
    return perf_counter() - started


if __name__ == "__main__":
    timings()
    comparison()
