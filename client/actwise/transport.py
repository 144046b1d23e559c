"""How requests travel: one session, timeouts, repetitions of what may be repeated, problem documents as errors.

What is repeated after a lost connection, a timeout or the answer 502, 503 or 504, up to three times with growing
pauses: GET; whatever carries an idempotency key, since the service then knows it again; and what the client marks as
`repeatable` because doing it twice is doing it once.
"""

from __future__ import annotations

import os
import re
import time
from typing import Any

import requests
from pydantic import ValidationError
from requests.auth import AuthBase

from actwise import __version__
from actwise.contract.faults import ContractError, Fault, Problem
from actwise.errors import RefusedError, UnreachableError

DEFAULT_URL = "http://127.0.0.1:8000"
IDEMPOTENCY_KEY = "Idempotency-Key"
_PAUSES = (0.2, 0.4, 0.8)
_LONGEST_PAUSE = 10.0
PASSING = frozenset({502, 503, 504})
"""What a proxy answers while the service is away."""

_LOST = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Transport:
    """The way to one service.

    Args:
        url: where it listens; ACTWISE_URL, else this machine, unless given.
        api_key: sent as `Authorization: Bearer`; ACTWISE_API_KEY unless given, and nothing without either.
        timeout: seconds to wait for a connection, and between two bytes of an answer, at each try.
        session: a `requests.Session` to use instead of an own one (for proxies or tests).

    Raises ContractError for an address that is none.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        timeout: float = 30.0,
        session: requests.Session | None = None,
    ) -> None:
        self.url = _address(url or os.environ.get("ACTWISE_URL") or DEFAULT_URL)
        self.timeout = timeout
        self._session = session or requests.Session()
        self._session.headers["User-Agent"] = f"actwise/{__version__}"
        key = api_key or os.environ.get("ACTWISE_API_KEY")
        if key:
            self._session.auth = _Bearer(key)

    def send(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> requests.Response:
        """The good answer to a request; `options` as `requests` takes them.

        Raises UnreachableError when none came, and RefusedError with the problem document for a bad one.
        """
        safe = repeatable or method in ("GET", "HEAD") or _has_key(options)
        for pause in _PAUSES if safe else ():
            try:
                answer = self._once(method, path, options)
            except UnreachableError as error:
                if not isinstance(error.__cause__, _LOST):
                    raise
                time.sleep(pause)
                continue
            if answer.status_code not in PASSING:
                return _good(answer)
            time.sleep(_wished(answer, pause))
        return _good(self._once(method, path, options))

    def _once(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        try:
            return self._session.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.Timeout as error:
            raise UnreachableError(f"no answer from {self.url} within {self.timeout:g} s") from error
        except requests.RequestException as error:
            raise UnreachableError(f"no answer from {self.url}: {_cause(error)}") from error


class _Bearer(AuthBase):
    """A header of the session would lose against a netrc file; this does not."""

    def __init__(self, key: str) -> None:
        if not key.isascii() or not key.isprintable() or " " in key:
            message = "an API key is made of visible ASCII characters, without spaces"
            raise ContractError((Fault(pointer="/api_key", code="invalid", message=message),))
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _address(url: str) -> str:
    if url.startswith(("http://", "https://")):
        return url.rstrip("/")
    nearest = None if "://" in url else f"http://{url}"
    hint = f": did you mean {nearest!r}?" if nearest else ""
    message = f"{url[:100]!r} is no address: it begins with http:// or https://{hint}"
    raise ContractError((Fault(pointer="/url", code="invalid", message=message, sent=url[:100], nearest=nearest),))


def _has_key(options: dict[str, Any]) -> bool:
    return IDEMPOTENCY_KEY in (options.get("headers") or {})


def _wished(answer: requests.Response, pause: float) -> float:
    """Seconds until the next try: as the service wishes, but never long."""
    wish = answer.headers.get("Retry-After", "")
    return min(float(wish), _LONGEST_PAUSE) if wish.isdecimal() else pause


def _cause(error: Exception) -> str:
    """The innermost reason of a lost connection, without the names of the classes around it."""
    inner = getattr(error.args[0], "reason", None) if error.args else None
    return re.sub(r"^HTTPS?Connection\w*\(.*?\): ", "", str(inner or error))


def _good(answer: requests.Response) -> requests.Response:
    if answer.status_code >= 400:
        raise RefusedError(_problem(answer))
    return answer


def _problem(answer: requests.Response) -> Problem:
    """The problem document; an answer that is none (a proxy's page) is told as one."""
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return Problem(
            type="about:blank",
            title=answer.reason or "error",
            status=answer.status_code,
            detail=answer.text[:300] + _missing_key(answer),
            code="not_actwise",
        )


def _missing_key(answer: requests.Response) -> str:
    """Actwise asks for no key itself: a gateway in front of it does."""
    if answer.status_code != 401:
        return ""
    given = "Authorization" in answer.request.headers
    return " (the API key was not taken)" if given else " (give an api_key, or set ACTWISE_API_KEY)"
