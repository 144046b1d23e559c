"""The HTTP client: typed both ways, repeats only what may be repeated.

client = Client("http://127.0.0.1:8000")
answer = client.recommend(task="classification", layer_type="conv", depth=8, compute_budget="low")
answer.hidden[0].ranking[0].activation
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

from actwise.contract.answer import Recommendation
from actwise.contract.dataset import Dataset, DatasetPage
from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.history import RecommendationEntry, RecommendationPage
from actwise.contract.quote import Quote
from actwise.contract.reading import read_diagnosis, read_request, said
from actwise.contract.request import TaskDescription
from actwise.errors import RefusedError, UnreachableError, WaitTimeoutError
from actwise.notebook import attach
from actwise.searching import matches, prefiltered
from actwise.transport import DEFAULT_URL, IDEMPOTENCY_KEY, PASSING, Transport

if TYPE_CHECKING:
    from actwise.contract.race import RaceState
    from actwise.races import Races
    from actwise.racing import Train

__all__ = ["DEFAULT_URL", "Client"]

_ENDED = frozenset({"complete", "cancelled", "failed"})
_JSON = {"Content-Type": "application/json"}
_PATIENCE = 30.0
"""Seconds for which `wait` bears with a service that does not answer, since one that restarts comes back."""

attach()


class Client:
    """A connection to one Actwise service.

    Args:
        url: where the service listens; ACTWISE_URL, else http://127.0.0.1:8000, unless given.
        api_key: sent as `Authorization: Bearer`, for a gateway in front of the service; ACTWISE_API_KEY unless given.
        timeout: seconds to wait for one answer, at each try.
        session: a `requests.Session` to use instead of an own one (for proxies or tests).
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        timeout: float = 30.0,
        session: requests.Session | None = None,
    ) -> None:
        self._transport = Transport(url, api_key, timeout, session)

    @property
    def url(self) -> str:
        """Where the service listens."""
        return self._transport.url

    def recommend(
        self, request: TaskDescription | None = None, *, key: str | None = None, **fields: Any
    ) -> Recommendation:
        """The answer to a request, given whole, by its fields, or both: then the fields replace those of the request.

        With a probe the instant answer comes back with status "queued"; see `wait`. `key` is an
        idempotency key: the same key twice is one job. Without one, a request with a probe gets a new one, which
        is kept through repetitions. Raises ContractError before anything is sent when the request contradicts
        itself, RefusedError when the service refuses it.
        """
        taken = _asked(request, fields)
        key = key or (str(uuid4()) if taken.probe else None)
        headers = _JSON | ({IDEMPOTENCY_KEY: key} if key else {})
        return self._recommendation("POST", "/v1/recommendations", data=_body(taken), headers=headers, repeatable=True)

    def quote(self, request: TaskDescription | None = None, **fields: Any) -> Quote:
        """What a request's probe would cost on the service's machine, and which ranks it may change.

        Nothing is started. Raises ContractError or RefusedError as `recommend` does.
        """
        body = _body(_asked(request, fields))
        answer = self._send("POST", "/v1/quotes", data=body, headers=_JSON, repeatable=True)
        return Quote.model_validate_json(answer.content)

    def get(self, identifier: str) -> Recommendation:
        """A recommendation as it stands, progress of its probe included."""
        return self._recommendation("GET", f"/v1/recommendations/{identifier}")

    def cancel(self, identifier: str) -> Recommendation:
        """Stop the probe of a recommendation; its instant answer stays."""
        return self._recommendation("DELETE", f"/v1/recommendations/{identifier}", repeatable=True)

    def wait(
        self,
        identifier: str,
        timeout: float = 3_600.0,
        on_progress: Callable[[Recommendation], None] | None = None,
        interval: float = 0.5,
        progress: bool = False,
    ) -> Recommendation:
        """The recommendation once its probe has ended; `timeout` and `interval` in seconds.

        `progress` draws a bar on standard error while that is a terminal. A service that restarts meanwhile is borne
        with. Raises WaitTimeoutError when time is up; the probe goes on.
        """
        if not progress:
            return self._wait(identifier, timeout, on_progress or _nothing, interval)
        from actwise.progress import probe_display

        with probe_display() as draw:

            def told(found: Recommendation) -> None:
                (on_progress or _nothing)(found)
                if found.probe:
                    draw(found.probe)

            return self._wait(identifier, timeout, told, interval)

    def _wait(
        self, identifier: str, timeout: float, on_progress: Callable[[Recommendation], None], interval: float
    ) -> Recommendation:
        deadline = time.monotonic() + timeout
        while (found := self._get_patiently(identifier, deadline)).status not in _ENDED:
            on_progress(found)
            left = deadline - time.monotonic()
            if left <= 0:
                raise WaitTimeoutError(f"{identifier} is still {found.status} after {timeout:g} s")
            time.sleep(min(interval, left))
        return found

    def _get_patiently(self, identifier: str, deadline: float) -> Recommendation:
        """The recommendation, asked for again while a service that went away may come back."""
        patience = min(deadline, time.monotonic() + _PATIENCE)
        while True:
            try:
                return self.get(identifier)
            except (UnreachableError, RefusedError) as error:
                passing = isinstance(error, UnreachableError) or error.problem.status in PASSING
                if not passing or time.monotonic() > patience:
                    raise

    def history(self, *words: str, **fields: Any) -> Iterator[RecommendationEntry]:
        """What the service keeps, newest first: entries that hold all `words` and whose fields have these values.

        `history("image", task="segmentation", status="complete")`; pages are fetched as they are wanted. Fields are
        those of a request, with `__` before inner ones (`deployment__int8=True`), and `status`.
        """
        for page in self._pages("/v1/recommendations", **prefiltered(words, fields)):
            items = RecommendationPage.model_validate_json(page).items
            yield from (item for item in items if matches(item, words, fields))

    def diagnose(self, request: DiagnosisRequest | None = None, **fields: Any) -> Diagnosis:
        """What is wrong with a network, given by `text` or `network`, and `context`; fields replace those of a request.

        Raises ContractError before anything is sent for fields that cannot be, RefusedError when the service cannot
        read the text.
        """
        taken = request if request and not fields else read_diagnosis(said(request) | fields)
        body = taken.model_dump_json(exclude_unset=True).encode()
        answer = self._send("POST", "/v1/diagnoses", data=body, headers=_JSON, repeatable=True)
        return Diagnosis.model_validate_json(answer.content)

    def add_dataset(self, content: bytes, name: str) -> Dataset:
        """Send data of your own, the bytes of a CSV, Parquet or NPZ file; sending them again changes nothing.

        Name its id in a request: `probe={"data": {"dataset": found.id}}`. Raises RefusedError when no probe can
        train on them.
        """
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._send(
            "POST", "/v1/datasets", data=content, headers=headers, params={"name": name}, repeatable=True
        )
        return Dataset.model_validate_json(answer.content)

    def datasets(self) -> tuple[Dataset, ...]:
        """All data sets that the service keeps, newest first."""
        pages = (DatasetPage.model_validate_json(page) for page in self._pages("/v1/datasets"))
        return tuple(item for page in pages for item in page.items)

    def dataset(self, identifier: str) -> Dataset:
        """What is known of one data set."""
        return Dataset.model_validate_json(self._send("GET", f"/v1/datasets/{identifier}").content)

    def delete_dataset(self, identifier: str) -> None:
        """Delete a data set for good; answers that were made with it stay."""
        self._send("DELETE", f"/v1/datasets/{identifier}")

    @property
    def races(self) -> Races:
        """Races of activations that trainers of one's own run."""
        from actwise.races import Races

        return Races(self._send)

    def race(
        self, train: Train, description: TaskDescription | dict[str, Any] | None = None, **options: Any
    ) -> RaceState:
        """Race activations by a training function of one's own; see `actwise.racing.run_race`."""
        from actwise.racing import run_race

        return run_race(self.races, train, description, **options)

    def read(self, path: str, **parameters: Any) -> Any:
        """The JSON of any other resource, such as "/v1/activations/gelu" or "/v1/rules"."""
        return self._send("GET", path, params=parameters or None).json()

    def _recommendation(self, method: str, path: str, **options: Any) -> Recommendation:
        return Recommendation.model_validate_json(self._send(method, path, **options).content)

    def _pages(self, path: str, **query: str) -> Iterator[bytes]:
        """The pages of a list, each fetched when it is wanted."""
        parameters = query | {"limit": "100"}
        while True:
            answer = self._send("GET", path, params=parameters)
            yield answer.content
            following = answer.json()["next"]
            if following is None:
                return
            parameters["cursor"] = following

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        """The one place through which requests go; see `Transport.send`."""
        return self._transport.send(method, path, **options)


def _asked(request: TaskDescription | None, fields: dict[str, Any]) -> TaskDescription:
    return request if request and not fields else read_request(said(request) | fields)


def _body(request: TaskDescription) -> bytes:
    return request.model_dump_json(exclude_defaults=True).encode()


def _nothing(_found: Recommendation) -> None:
    """Who does not want to hear of progress."""
