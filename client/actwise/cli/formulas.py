"""What was found out about the caller's own formulas, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.answer import OwnFormula


def formula_lines(formulas: tuple[OwnFormula, ...]) -> Iterator[str]:
    """One line for each formula, and one for every caution."""
    for one in formulas:
        yield f"{one.formula}: {_known(one)}"
        yield from (f"! {caution}" for caution in one.cautions)


def _known(one: OwnFormula) -> str:
    if one.same_as is not None:
        return f"this is {one.same_as}"
    near = ", ".join(f"{near.activation} ({near.distance:.2g})" for near in one.nearest)
    relation = f"the same as {one.relation}; " if one.relation else ""
    return f"{relation}nearest in the catalogue, with the distance: {near}"
