"""How answers look in notebooks: HTML that is escaped, needs nothing from elsewhere and runs no script.

Colours are those of the page around it, so that it suits light and dark alike.
"""

from __future__ import annotations

from importlib import import_module

from actwise.contract.answer import Recommendation
from actwise.contract.diagnosis import Diagnosis
from actwise.contract.quote import Quote

_SHOWN = {Recommendation: "answers", Quote: "quotes", Diagnosis: "diagnoses"}


def attach() -> None:
    """Give the contract's answers the method that notebooks ask for; the contract itself knows nothing of HTML.

    Done when `actwise.client` is imported. What draws is imported with the first drawing.
    """
    for model, module in _SHOWN.items():
        type.__setattr__(model, "_repr_html_", _drawing(module))


def _drawing(module: str) -> object:
    def drawn(self: object) -> str:
        found: str = import_module(f"actwise.notebook.{module}").html(self)
        return found

    drawn.__doc__ = "What a notebook shows."
    return drawn
