"""The answer in two to four sentences that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence

from actwise.contract.answer import BlockRanking, HiddenChoice, OutputRanking, ProbeReport
from models.heads import get_head
from service.advice.decision import MARGIN

_NAMED = 5


def summarize(
    hidden: Sequence[BlockRanking], output: OutputRanking, report: ProbeReport | None, habits: Sequence[str | None]
) -> tuple[str, ...]:
    """Two to four sentences: what to use, how sure that is, the output, and where habit differs.

    `habits` holds per block what similar published networks use most, or None where no habit is known.
    """
    sentences = [_use(block, several=len(hidden) > 1) for block in hidden[:1]]
    if len(hidden) > 1:
        sentences = [_blocks(hidden)]
    sentences.append(_certainty(hidden[0], report))
    sentences.append(_output(output))
    habit = _habit(hidden, habits)
    return (*sentences, habit) if habit else tuple(sentences)


def _use(block: BlockRanking, several: bool) -> str:
    first = block.ranking[0]
    where = f"in the {block.block} layers" if several else "in the hidden layers"
    gain = first.initialization.gain
    if gain is None:
        return f"Use {first.activation} for the attention weights."
    start = f", started with {first.initialization.scheme}, gain {gain:.3f}"
    gates = f" and {block.gates[0].activation} in the gates" if block.gates else ""
    return f"Use {first.activation} {where}{gates}{start}."


def _blocks(hidden: Sequence[BlockRanking]) -> str:
    firsts = [block.ranking[0].activation for block in hidden]
    named = "; ".join(f"{block.block}: {first}" for block, first in zip(hidden, firsts, strict=True))
    alone = ", each judged by itself" if len(set(firsts)) > 1 else ""
    return f"{named[:1].upper()}{named[1:]}{alone}."


def _certainty(block: BlockRanking, report: ProbeReport | None) -> str:
    tied = [choice for choice in block.ranking if choice.tie_group == 1]
    basis = _basis(report)
    if len(tied) == 1:
        return f"{basis}, it is ahead of every other candidate by more than matters."
    others = [choice.activation for choice in tied[1:]]
    named = ", ".join(others[:_NAMED]) + (f" and {len(others) - _NAMED} more" if len(others) > _NAMED else "")
    return f"{basis}, it cannot be told apart from {named}; {_reason(tied)}."


def _basis(report: ProbeReport | None) -> str:
    if report is None:
        return "By documented and computed evidence"
    if report.refused:
        return f"No probe was run ({report.refused}); by documented and computed evidence"
    return f"After {report.network_steps_done:,} training steps on {report.data}"


def _reason(tied: Sequence[HiddenChoice]) -> str:
    cheapest = min(choice.cost.cost_class for choice in tied)
    if tied[0].cost.cost_class == cheapest:
        return "it comes first because none of them is cheaper to compute and it is well established"
    return "it comes first because similar published networks use it"


def _output(output: OutputRanking) -> str:
    first = output.ranking[0]
    logits = "; the loss takes the raw outputs" if first.from_logits else ""
    return f"For the output: {get_head(first.head).title}{logits}."


def _habit(hidden: Sequence[BlockRanking], habits: Sequence[str | None]) -> str | None:
    """Where habit and expected quality differ: said whichever of the two came first."""
    for block, habit in zip(hidden, habits, strict=True):
        first = block.ranking[0]
        best = max(block.ranking, key=lambda choice: choice.effect.mean)
        if habit and habit != first.activation:
            return (
                f"Published networks of this kind mostly use {habit}; expected quality and cost speak for "
                f"{first.activation} here."
            )
        if habit and best.effect.mean - first.effect.mean > MARGIN:
            gap = best.effect.mean - first.effect.mean
            return (
                f"Published networks of this kind mostly use {habit}; {best.activation} is expected to be {gap:.1f} "
                "points better, which is not sure."
            )
    return None
