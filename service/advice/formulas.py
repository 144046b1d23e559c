"""The caller's own formulas: read and checked, what is known of each, and what theory says of those that are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from actwise.contract.answer import NearActivation, OwnFormula
from actwise.contract.faults import ContractError, Fault
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation
from models.activations import get
from models.formulas import FormulaActivation, FormulaRefused, formula_activation, formula_name
from models.formulas.start import propagation
from service.advice.posterior import Floats

_DIGITS = 4


def read_formulas(request: TaskDescription) -> Mapping[str, FormulaActivation]:
    """The request's formulas by the name under which they are ranked and raced.

    Raises ContractError with every fault of all of them.
    """
    found: dict[str, FormulaActivation] = {}
    faults: list[Fault] = []
    for place, text in enumerate(request.formula or ()):
        try:
            found[formula_name(text)] = formula_activation(text)
        except FormulaRefused as refused:
            faults += faults_of(refused, f"/formula/{place}")
    if faults:
        raise ContractError(tuple(faults))
    return found


def new_functions(formulas: Mapping[str, FormulaActivation]) -> dict[str, FormulaActivation]:
    """Those that are no function of the catalogue that hidden layers may have: such a one stands for its formula."""
    return {name: one for name, one in formulas.items() if not _known(one)}


def stand_ins(formulas: Mapping[str, FormulaActivation]) -> tuple[str, ...]:
    """The candidates by which the caller's formulas are raced: themselves, or the functions of the catalogue that they
    are."""
    return tuple(dict.fromkeys(str(one.likeness.same_as) if _known(one) else name for name, one in formulas.items()))


def told_of(formulas: Mapping[str, FormulaActivation]) -> tuple[OwnFormula, ...]:
    """What the answer says of each."""
    return tuple(
        OwnFormula(
            formula=one.text,
            activation=str(one.likeness.same_as) if _known(one) else name,
            same_as=one.likeness.same_as,
            relation=one.likeness.relation,
            nearest=tuple(
                NearActivation(activation=near.activation, distance=round(near.distance, _DIGITS))
                for near in one.likeness.nearest
            ),
            cautions=one.cautions,
        )
        for name, one in formulas.items()
    )


def theory_of(formulas: Sequence[FormulaActivation], situations: Sequence[Situation]) -> Floats:
    """[situations, 3, formulas]: mean and sd of the effect in points, and the strangeness of the start."""
    rows = [
        [_theory(one, at.depth, at.normalization, at.residual, at.optimizer, at.layer_type) for one in formulas]
        for at in situations
    ]
    return np.array(rows).reshape(len(situations), len(formulas), 3).swapaxes(1, 2)


@lru_cache(maxsize=4096)
def _theory(
    formula: FormulaActivation, depth: int, normalization: str, residual: bool, optimizer: str, layer_type: str
) -> tuple[float, float, float]:
    if layer_type == "recurrent":
        return 0.0, np.inf, 0.0
    found = propagation(formula, depth, normalization, residual)
    told = found.effect(optimizer)
    return float(told.mean), float(told.sd), found.strangeness


def _known(formula: FormulaActivation) -> bool:
    same = formula.likeness.same_as
    return same is not None and "hidden" in get(same).roles


def faults_of(refused: FormulaRefused, pointer: str) -> tuple[Fault, ...]:
    """A refusal in the contract's words."""
    return tuple(
        Fault(
            pointer=pointer,
            code=f"formula_{one.code}",
            message=str(one),
            sent=one.sent or refused.text[:100],
            allowed=one.allowed,
            nearest=one.nearest,
        )
        for one in refused.faults
    )
