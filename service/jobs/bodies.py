"""The body of a recommendation as it stands: the stored answer with present status and progress."""

from __future__ import annotations

import json
from typing import Any

from actwise.contract.answer import ProbeReport
from service.storage.rows import Row


def body_of(row: Row) -> bytes:
    """The whole `Recommendation` in JSON, UTF-8. A complete answer is returned byte for byte as it was stored.

    What has failed says why under `probe.refused`.
    """
    if row.status == "complete":
        return row.answer
    answer: dict[str, Any] = json.loads(row.answer)
    answer["status"] = row.status
    answer["probe"] = json.loads(row.progress) if row.progress else _not_begun(answer)
    if row.error is not None:
        answer["probe"]["refused"] = row.error
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _not_begun(answer: dict[str, Any]) -> dict[str, Any]:
    budget = (answer["request"].get("probe") or {}).get("network_steps") or 0
    return ProbeReport(network_steps_budget=budget).model_dump(mode="json")
