"""Actwise: which activation functions should this network use?

`from actwise import Client` works without cost for those who need only a part: names are imported when they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actwise.client import Client
    from actwise.contract.answer import Recommendation
    from actwise.contract.faults import ContractError
    from actwise.contract.request import TaskDescription
    from actwise.errors import ActwiseError, RefusedError, UnreachableError, WaitTimeoutError

__version__ = "0.1.0"

__all__ = [
    "ActwiseError",
    "Client",
    "ContractError",
    "Recommendation",
    "RefusedError",
    "TaskDescription",
    "UnreachableError",
    "WaitTimeoutError",
    "__version__",
]

_HOMES = {
    "ActwiseError": "actwise.errors",
    "Client": "actwise.client",
    "ContractError": "actwise.contract.faults",
    "Recommendation": "actwise.contract.answer",
    "RefusedError": "actwise.errors",
    "TaskDescription": "actwise.contract.request",
    "UnreachableError": "actwise.errors",
    "WaitTimeoutError": "actwise.errors",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'actwise' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
