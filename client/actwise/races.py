"""Races that a trainer of one's own runs: the six operations, typed.

    budget = {"length": 30, "unit": "epochs", "runs": 40}
    state = client.races.create(description=description, budget=budget, metric="accuracy", direction="maximize")
    work = client.races.ask(state.id, trainer="gpu-0")
    client.races.tell(state.id, task=work.tasks[0].id, value=0.93)

`actwise.racing.run_race` does this around a function that trains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import requests
from pydantic import BaseModel

from actwise.contract.race import RaceAsk, RaceLine, RacePage, RaceRequest, RaceResult, RaceState, RaceTold, RaceWork
from actwise.contract.race_reading import read_ask, read_race, read_result
from actwise.contract.reading import said
from actwise.contract.request import TaskDescription
from actwise.transport import IDEMPOTENCY_KEY

_PATH = "/v1/races"
_JSON = {"Content-Type": "application/json"}


class Races:
    """The races of one service; `send` is `Transport.send`, or what does the same."""

    def __init__(self, send: Callable[..., requests.Response]) -> None:
        self._send = send

    def create(self, request: RaceRequest | None = None, *, key: str | None = None, **fields: Any) -> RaceState:
        """A new race, given whole, by its fields, or both: then the fields replace those of the request.

        `key` is an idempotency key; without one a new one is made.
        Raises ContractError before anything is sent when the request contradicts itself, RefusedError when the service
        refuses it.
        """
        taken = request if request and not fields else read_race(said(request) | plain(fields))
        headers = _JSON | {IDEMPOTENCY_KEY: key or str(uuid4())}
        return RaceState.model_validate_json(self._send("POST", _PATH, data=_body(taken), headers=headers).content)

    def get(self, identifier: str) -> RaceState:
        """A race as it stands."""
        return RaceState.model_validate_json(self._send("GET", f"{_PATH}/{identifier}").content)

    def list(self) -> Iterator[RaceLine]:
        """All races that the service keeps, newest first; pages are fetched as they are wanted."""
        parameters = {"limit": "100"}
        while True:
            page = RacePage.model_validate_json(self._send("GET", _PATH, params=parameters).content)
            yield from page.items
            if page.next is None:
                return
            parameters["cursor"] = page.next

    def ask(self, identifier: str, ask: RaceAsk | None = None, **fields: Any) -> RaceWork:
        """What to train next; a trainer that gives its name may repeat a question whose answer was lost."""
        taken = ask or read_ask(fields)
        return RaceWork.model_validate_json(self._post(f"{_PATH}/{identifier}/ask", taken, taken.trainer is not None))

    def tell(self, identifier: str, result: RaceResult | None = None, **fields: Any) -> RaceTold:
        """Tell a result, given whole or by its fields. Telling the same again changes nothing."""
        taken = result or read_result(fields)
        return RaceTold.model_validate_json(self._post(f"{_PATH}/{identifier}/tell", taken, True))

    def cancel(self, identifier: str) -> RaceState:
        """End a race; its standing stays."""
        answer = self._send("DELETE", f"{_PATH}/{identifier}", repeatable=True)
        return RaceState.model_validate_json(answer.content)

    def _post(self, path: str, body: BaseModel, repeatable: bool) -> bytes:
        return self._send("POST", path, data=_body(body), headers=_JSON, repeatable=repeatable).content


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a race as plain data: a description may be given as such, or as what it is made of."""
    described = fields.get("description")
    if not isinstance(described, TaskDescription):
        return fields
    return fields | {"description": said(described)}


def _body(model: BaseModel) -> bytes:
    return model.model_dump_json(exclude_defaults=True).encode()
