"""The HTTP client: typed both ways, retries on safe calls only.

client = Client("http://127.0.0.1:8000")
answer = client.recommend(task="classification", layer_type="conv", depth=8, compute_budget="low")
answer.hidden[0].ranking[0].activation
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests
from pydantic import ValidationError
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from actwise import __version__
from actwise.contract.answer import Recommendation
from actwise.contract.dataset import Dataset, DatasetPage
from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.faults import Problem
from actwise.contract.quote import Quote
from actwise.contract.reading import read_diagnosis, read_request
from actwise.contract.request import TaskDescription
from actwise.errors import RefusedError, UnreachableError, WaitTimeoutError

DEFAULT_URL = "http://127.0.0.1:8000"
_ENDED = frozenset({"complete", "cancelled", "failed"})
_RETRIES = Retry(
    total=3, backoff_factor=0.2, status_forcelist=(502, 503, 504), allowed_methods=("GET",), raise_on_status=False
)


class Client:
    """A connection to one Actwise service.

    Args:
        url: where the service listens.
        timeout: seconds to wait for one answer.
        session: a `requests.Session` to use instead of an own one (for proxies or tests).
    """

    def __init__(self, url: str = DEFAULT_URL, timeout: float = 30.0, session: requests.Session | None = None) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self._session = session or _session()

    def recommend(
        self, request: TaskDescription | None = None, *, key: str | None = None, **fields: Any
    ) -> Recommendation:
        """The answer to a request, given whole or by its fields.

        With a probe the instant answer comes back with status "queued"; see `wait`. `key` is an
        idempotency key: the same key twice is one job. Raises ContractError before anything is sent
        when the request contradicts itself, RefusedError when the service refuses it.
        """
        taken = request or read_request(fields)
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        body = taken.model_dump_json(exclude_defaults=True).encode()
        return self._recommendation("POST", "/v1/recommendations", data=body, headers=headers)

    def quote(self, request: TaskDescription | None = None, **fields: Any) -> Quote:
        """What a request's probe would cost on the service's machine, and which ranks it may change.

        Nothing is started. Raises ContractError or RefusedError as `recommend` does.
        """
        taken = request or read_request(fields)
        body = taken.model_dump_json(exclude_defaults=True).encode()
        answer = self._send("POST", "/v1/quotes", data=body, headers={"Content-Type": "application/json"})
        return Quote.model_validate_json(answer.content)

    def get(self, identifier: str) -> Recommendation:
        """A recommendation as it stands, progress of its probe included."""
        return self._recommendation("GET", f"/v1/recommendations/{identifier}")

    def cancel(self, identifier: str) -> Recommendation:
        """Stop the probe of a recommendation; its instant answer stays."""
        return self._recommendation("DELETE", f"/v1/recommendations/{identifier}")

    def wait(
        self,
        identifier: str,
        timeout: float = 3_600.0,
        on_progress: Callable[[Recommendation], None] | None = None,
        interval: float = 0.5,
    ) -> Recommendation:
        """The recommendation once its probe has ended; `timeout` and `interval` in seconds."""
        deadline = time.monotonic() + timeout
        while (found := self.get(identifier)).status not in _ENDED:
            if on_progress:
                on_progress(found)
            if time.monotonic() > deadline:
                raise WaitTimeoutError(f"{identifier} is still {found.status} after {timeout:g} s")
            time.sleep(interval)
        return found

    def diagnose(self, request: DiagnosisRequest | None = None, **fields: Any) -> Diagnosis:
        """What is wrong with a network, given by `text` or `network`, and `context`.

        Raises ContractError before anything is sent for fields that cannot be, RefusedError when the service cannot
        read the text.
        """
        taken = request or read_diagnosis(fields)
        body = taken.model_dump_json(exclude_unset=True).encode()
        answer = self._send("POST", "/v1/diagnoses", data=body, headers={"Content-Type": "application/json"})
        return Diagnosis.model_validate_json(answer.content)

    def add_dataset(self, content: bytes, name: str) -> Dataset:
        """Send data of your own, the bytes of a CSV, Parquet or NPZ file; sending them again changes nothing.

        Name its id in a request: `probe={"data": {"dataset": found.id}}`. Raises RefusedError when no probe can
        train on them.
        """
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._send("POST", "/v1/datasets", data=content, headers=headers, params={"name": name})
        return Dataset.model_validate_json(answer.content)

    def datasets(self) -> tuple[Dataset, ...]:
        """All data sets that the service keeps, newest first."""
        found: list[Dataset] = []
        cursor: str | None = None
        while True:
            parameters = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = DatasetPage.model_validate_json(self._send("GET", "/v1/datasets", params=parameters).content)
            found += page.items
            cursor = page.next
            if cursor is None:
                return tuple(found)

    def dataset(self, identifier: str) -> Dataset:
        """What is known of one data set."""
        return Dataset.model_validate_json(self._send("GET", f"/v1/datasets/{identifier}").content)

    def delete_dataset(self, identifier: str) -> None:
        """Delete a data set for good; answers that were made with it stay."""
        self._send("DELETE", f"/v1/datasets/{identifier}")

    def read(self, path: str, **parameters: Any) -> Any:
        """The JSON of any other resource, such as "/v1/activations/gelu" or "/v1/rules"."""
        return self._send("GET", path, params=parameters or None).json()

    def _recommendation(self, method: str, path: str, **options: Any) -> Recommendation:
        return Recommendation.model_validate_json(self._send(method, path, **options).content)

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            answer = self._session.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise UnreachableError(f"no answer from {self.url}: {error}") from error
        if answer.status_code >= 400:
            raise RefusedError(_problem(answer))
        return answer


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"actwise/{__version__}"
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=_RETRIES))
    return session


def _problem(answer: requests.Response) -> Problem:
    """The problem document; an answer that is none (a proxy's page) is told as one."""
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return Problem(
            type="about:blank",
            title=answer.reason or "error",
            status=answer.status_code,
            detail=answer.text[:300],
            code="not_actwise",
        )
