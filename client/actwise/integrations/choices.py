"""Which choice of an answer goes into which place of a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from actwise.contract.answer import BlockRanking, HiddenChoice, Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import nearest_name
from actwise.integrations.functions import GATE_OF

CENTRED = "centred_normal"
_UNIT_INPUT = frozenset({CENTRED, "scaled_branch_normal"})
"""Schemes whose first hidden layer starts plain, with gain 1."""


class Start(NamedTuple):
    """How the weights of one layer begin: normal with standard deviation gain / sqrt(fan_in), perhaps centred."""

    gain: float
    scheme: str
    centred: bool


def ranking_of(answer: Recommendation, block: str | None) -> BlockRanking | None:
    """The ranking of the block of that name; of the only block when none is named; None when there are several.

    Raises ContractError for a name that the answer does not have.
    """
    if block is None:
        return answer.hidden[0] if len(answer.hidden) == 1 else None
    found = next((one for one in answer.hidden if one.block == block), None)
    if found is None:
        raise ContractError((_unknown_block(block, [one.block for one in answer.hidden]),))
    return found


def _unknown_block(block: str, known: Sequence[str]) -> Fault:
    near = nearest_name(block[:60], known)
    message = f"the answer has no block {block[:60]!r}" + (f": did you mean {near!r}?" if near else "")
    return Fault(pointer="/block", code="not_allowed", message=message, sent=block, allowed=tuple(known), nearest=near)


def ranking_for(answer: Recommendation, kind: str) -> BlockRanking | None:
    """The ranking for the blocks of one kind of layer: by name, or the only one that describes such layers."""
    if len(answer.hidden) == 1 and answer.request.layers is None:
        return answer.hidden[0]
    told = answer.request.layers or ()
    alike = [ranking for ranking, one in zip(answer.hidden, told, strict=False) if one.layer_type == kind]
    named = [ranking for ranking in answer.hidden if ranking.block == kind]
    return named[0] if named else alike[0] if len(alike) == 1 else None


def first_possible(
    ranking: Sequence[HiddenChoice], possible: Iterable[str], gated: bool
) -> tuple[HiddenChoice, str, tuple[str, ...]] | None:
    """(choice, function to put in, what was passed over): the first choice that fits.

    Where `gated`, the network multiplies by a second projection already, so a gated unit fits by the function of its
    gate; elsewhere it does not fit. None when nothing of the ranking fits.
    """
    allowed = frozenset(possible)
    passed: list[str] = []
    for choice in ranking:
        function = GATE_OF.get(choice.activation, choice.activation) if gated else choice.activation
        if function in allowed:
            return choice, function, tuple(passed)
        passed.append(choice.activation)
    return None


def start_of(choice: HiddenChoice, first: bool) -> Start | None:
    """How a layer starts whose weights feed this choice; `first`: it is fed by the network's input.

    None when the answer names no gain.
    """
    given = choice.initialization
    if given.gain is None:
        return None
    if first and given.scheme in _UNIT_INPUT:
        return Start(1.0, "lecun_normal", False)
    return Start(given.gain, given.scheme, given.scheme == CENTRED)
