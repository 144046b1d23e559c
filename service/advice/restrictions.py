"""What request, device and framework leave to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from actwise.contract.faults import ContractError, Fault
from actwise.contract.request import HeadWish, TaskDescription
from actwise.contract.situation import Situation
from models.formulas import is_formula, resolve
from models.heads import get_head, heads_for

Mask = NDArray[np.bool_]


def permitted_hidden(candidates: tuple[str, ...], request: TaskDescription, situations: Sequence[Situation]) -> Mask:
    """[situations, candidates]: what `allow`, `deny`, the device's operators and the framework leave.

    `allow` speaks of functions of hidden layers, not of those that weigh attention; the caller's own formulas are
    always meant.
    """
    allow = None if situations[0].role == "attention_weights" else request.allow
    return np.array(
        [_activations(candidates, allow, request.deny, one.operators, one.framework == "sklearn") for one in situations]
    )


@lru_cache(maxsize=256)
def _activations(
    candidates: tuple[str, ...],
    allow: tuple[str, ...] | None,
    deny: tuple[str, ...] | None,
    operators: tuple[str, ...] | None,
    sklearn: bool,
) -> Mask:
    return np.array(
        [
            (not allow or name in allow or is_formula(name))
            and name not in (deny or ())
            and (operators is None or name in operators)
            and (not sklearn or resolve(name).frameworks.sklearn is not None)
            for name in candidates
        ]
    )


def permitted_gates(candidates: tuple[str, ...], request: TaskDescription, situation: Situation) -> Mask:
    """[candidates]: gates must be what the device runs; `allow` speaks of cells, not of gates."""
    return _activations(candidates, None, request.deny, situation.operators, False)


def permitted_heads(candidates: tuple[str, ...], request: TaskDescription, tasks: Sequence[str]) -> Mask:
    """[tasks, heads]: the heads made for each task, less what is denied or contradicts `output`."""
    return np.array([_heads(candidates, task, request.deny, request.output) for task in tasks])


@lru_cache(maxsize=1024)
def _heads(candidates: tuple[str, ...], task: str, deny: tuple[str, ...] | None, wish: HeadWish | None) -> Mask:
    fitting = {head.id for head in heads_for(task)}
    return np.array([name in fitting and _wanted(name, deny, wish) for name in candidates])


def _wanted(name: str, deny: tuple[str, ...] | None, wish: HeadWish | None) -> bool:
    head = get_head(name)
    if head.activation in (deny or ()) and head.activation != "identity":
        return False
    if wish is None:
        return True
    return wish.activation in (None, head.activation) and wish.loss in (None, head.loss)


def refuse_if_nothing_left(mask: Mask, request: TaskDescription, what: str) -> None:
    """Raises ContractError, naming the fields that together leave nothing to choose from."""
    if mask.any():
        return
    fields = [name for name in ("allow", "deny", "output") if getattr(request, name)]
    fields += ["deployment/operators"] if request.deployment and request.deployment.operators is not None else []
    fields += ["framework"] if request.framework == "sklearn" else []
    message = f"nothing is left for {what}: " + (", ".join(fields) or "no candidate fits") + " exclude everything"
    raise ContractError(
        tuple(Fault(pointer=f"/{field}", code="nothing_left", message=message) for field in fields or ["task"])
    )
