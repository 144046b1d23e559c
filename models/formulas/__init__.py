"""Activations that a caller writes as formulas in x: read safely, differentiated exactly, their facts computed."""

from models.formulas.activation import FormulaActivation, formula_activation, formula_name, is_formula, resolve
from models.formulas.equivalence import Likeness, Near
from models.formulas.faults import FormulaFault, FormulaRefused
from models.formulas.operations import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "FormulaActivation",
    "FormulaFault",
    "FormulaRefused",
    "Likeness",
    "Near",
    "formula_activation",
    "formula_name",
    "is_formula",
    "resolve",
]
