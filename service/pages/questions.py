"""From what was typed to a request, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.pages.form import plain_data
from service.pages.form_view import EXAMPLE


@dataclass(frozen=True, slots=True)
class Question:
    """The texts of a form, and the request that they make; None where there are faults."""

    values: dict[str, str]
    request: TaskDescription | None
    faults: tuple[Fault, ...] = ()

    def refused(self, faults: Sequence[Fault]) -> Question:
        """The same with faults that only a closer look could find."""
        return Question(self.values, None, tuple(faults))


def read_question(pairs: Iterable[tuple[str, str]]) -> Question:
    """Read a form as the API reads a body; an empty one stands for EXAMPLE."""
    sent = [(name, value) for name, value in pairs if value.strip()] or list(EXAMPLE.items())
    data, faults = plain_data(sent)
    try:
        request = read_request(data)
    except ContractError as error:
        return Question(dict(sent), None, (*faults, *error.faults))
    return Question(dict(sent), None if faults else request, faults)
