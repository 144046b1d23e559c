"""Where answers come from: this process when the server's packages are installed, else a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from actwise.contract.answer import ProbeReport, Recommendation
from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.history import RecommendationEntry
from actwise.contract.quote import Quote
from actwise.contract.request import TaskDescription

Progress = Callable[[ProbeReport], None]
"""Called with what is known of a probe, whenever it is news."""


class Backend(Protocol):
    def recommend(self, request: TaskDescription, progress: Progress) -> Recommendation: ...

    def quote(self, request: TaskDescription) -> Quote: ...

    def diagnose(self, request: DiagnosisRequest) -> Diagnosis: ...

    def find(self, identifier: str) -> Recommendation:
        """An answer that is kept."""

    def history(self, *words: str, **fields: Any) -> Iterator[RecommendationEntry]:
        """What is kept, newest first; see `Client.history`."""

    def read(self, path: str, **parameters: Any) -> Any:
        """The plain data behind a path of the API, such as /v1/activations."""


def choose(url: str | None) -> Backend:
    """HTTP when a URL is given or the server's packages are not installed, else this process."""
    if url is None and find_spec("service") is not None:
        from service.local import Local

        return Local()
    return Remote(url)


class Remote:
    """A service over HTTP; probes are waited for."""

    def __init__(self, url: str | None) -> None:
        from actwise.client import Client

        self._client = Client(url)

    def recommend(self, request: TaskDescription, progress: Progress) -> Recommendation:
        """The finished answer; interrupting the wait cancels the probe. A file that it names is sent first."""
        answer = self._client.recommend(self._with_dataset(request))
        if answer.probe is None:
            return answer
        try:
            return self._client.wait(answer.id, on_progress=lambda now: progress(now.probe) if now.probe else None)
        except KeyboardInterrupt:
            self._client.cancel(answer.id)
            raise

    def quote(self, request: TaskDescription) -> Quote:
        """What a probe would cost there. A file that the request names is sent first."""
        return self._client.quote(self._with_dataset(request))

    def _with_dataset(self, request: TaskDescription) -> TaskDescription:
        """The request with the id of a data set in place of a file on this machine."""
        probe = request.probe
        if probe is None or probe.data is None or probe.data.file is None:
            return request
        path = Path(probe.data.file)
        kept = self._client.add_dataset(path.read_bytes(), path.name)
        data = probe.data.model_copy(update={"file": None, "fingerprint": None, "dataset": kept.id})
        return request.model_copy(update={"probe": probe.model_copy(update={"data": data})})

    def diagnose(self, request: DiagnosisRequest) -> Diagnosis:
        return self._client.diagnose(request)

    def find(self, identifier: str) -> Recommendation:
        return self._client.get(identifier)

    def history(self, *words: str, **fields: Any) -> Iterator[RecommendationEntry]:
        return self._client.history(*words, **fields)

    def read(self, path: str, **parameters: Any) -> Any:
        return self._client.read(path, **parameters)
