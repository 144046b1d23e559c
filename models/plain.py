"""The base of plans, tasks and results: frozen plain data that survives JSON unchanged."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Plain(BaseModel):
    """Frozen; unknown fields are refused, and NaN and infinities too, since JSON has neither."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
