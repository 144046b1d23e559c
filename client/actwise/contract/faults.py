"""Faults: what is wrong with a request, all of it at once, each with its repair.

ContractError(ValueError)   a request that cannot be taken; holds every Fault found
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from actwise.contract.evidence import Answer


class Fault(Answer):
    """One thing wrong with one field."""

    pointer: str = Field(description="JSON pointer to the field")
    code: str = Field(description="stable name of the kind of fault")
    message: str
    sent: Any = None
    allowed: tuple[Any, ...] | None = None
    nearest: str | None = Field(None, description="nearest valid spelling")


class Problem(Answer):
    """An error over HTTP (RFC 9457, application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: tuple[Fault, ...] = ()


class ContractError(ValueError):
    """The request cannot be taken; `faults` holds every reason."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults))
        self.faults = faults
