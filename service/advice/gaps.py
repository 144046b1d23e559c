"""What an answer did not check, said plainly."""

from __future__ import annotations

from collections.abc import Sequence

from actwise.contract.answer import ProbeReport
from actwise.contract.situation import Situation

_SPEED = "speed on your device: costs are relative to ReLU on a CPU core"
_UNIFORM = "whether different activations in different layers would help: every block is advised uniformly"
_MIXTURE = "the mixture: each block is judged by itself, and no comparison of {} together was found"


def not_checked(
    situations: Sequence[Situation], report: ProbeReport | None, firsts: Sequence[str], mixture_known: bool
) -> tuple[str, ...]:
    """The gaps of this answer, the most important first.

    `firsts` are the first choices of the blocks; `mixture_known` says that a comparison of different functions in
    different parts of such a network speaks for one of them.
    """
    gaps = []
    if report is None:
        gaps.append("training: no probe was asked for, so nothing was measured on data")
    elif report.refused:
        gaps.append(f"training: {report.refused}")
    elif any(one.layer_type != "dense" for one in situations):
        gaps.append("training of your layer type: the probe trains dense networks of the same depth")
    if any(one.layer_type == "recurrent" for one in situations):
        gaps.append("signal propagation through time: theory here follows depth only")
    if any(one.domain for one in situations):
        gaps.append("the domain: of its words only those count that rules and precedents know")
    if any(one.int8 for one in situations):
        gaps.append("the loss from 8-bit rounding of your trained weights")
    if mixes(firsts) and not mixture_known:
        gaps.append(_MIXTURE.format(" and ".join(dict.fromkeys(firsts))))
    return (*gaps, _SPEED, _UNIFORM)


def mixes(firsts: Sequence[str]) -> bool:
    """Whether the blocks get different functions."""
    return len(set(firsts)) > 1
