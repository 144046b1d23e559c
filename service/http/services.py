"""Everything that the application needs, handed to it from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from actwise.contract.answer import Recommendation
from actwise.contract.request import TaskDescription
from service.datasets.memory import MemoryDatasets
from service.datasets.port import Datasets
from service.http.passport_views import Passports
from service.http.quotes import Quoting
from service.http.reference import Reference
from service.learning.agreement import Scoreboard
from service.learning.board import EMPTY
from service.ports import Recommendations
from service.races.stored import StoredRaces


@dataclass(frozen=True, slots=True)
class Services:
    """What `create_app` is given.

    `max_body`: bytes of the largest request body taken. `answer_cache`: bytes of memory for repeated
    descriptions, 0 for none. `board`: how often each rule was right, as it stands.
    `advise` answers a description and keeps nothing; without it there is no page with a form.
    `races` keeps those of callers' own trainers; without it there are no such operations.
    `quoting` tells what a probe would cost; without it there is no such operation.
    `passports` computes those of a function in one network; without it there is no such operation.
    """

    recommendations: Recommendations
    reference: Reference
    max_body: int = 1_000_000
    answer_cache: int = 64_000_000
    board: Callable[[], Scoreboard] = lambda: EMPTY
    datasets: Datasets = field(default_factory=MemoryDatasets)
    passports: Passports | None = None
    quoting: Quoting | None = None
    races: StoredRaces | None = None
    advise: Callable[[TaskDescription], Recommendation] | None = None
