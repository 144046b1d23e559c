"""The WSGI application on the database: rules, reference and store put together."""

from __future__ import annotations

import gc

from flask import Flask

from rules import RuleSet
from service.datasets.port import Limits
from service.datasets.stored import StoredDatasets
from service.http import Services, create_app
from service.http.loading import load_reference
from service.http.passport_figures import passports
from service.jobs.actwise_probing import ActwiseProbing
from service.jobs.recommendations import DurableRecommendations
from service.learning.board import Board
from service.learning.serving import learned_of
from service.learning.store import StoredHistory
from service.passports.costs import Costs
from service.races.stored import StoredRaces
from service.settings import Settings


def application(settings: Settings) -> Flask:
    """Everything that HTTP needs; connects to nothing before the first request, so it may be made before a fork."""
    rules = RuleSet.load(settings.house_rules)
    limits = Limits(settings.dataset_bytes, settings.dataset_total, settings.dataset_count)
    datasets = StoredDatasets(settings.database_url, limits)
    probing = ActwiseProbing(
        settings.house_rules, settings.workers, rules, datasets.contents, learned_of(settings.home)
    )
    probing.warm()
    store = DurableRecommendations(settings.database_url, lambda: probing, settings.queue_bound)
    services = Services(
        recommendations=store,
        reference=load_reference(rules),
        max_body=settings.max_body,
        answer_cache=settings.answer_cache,
        board=Board(rules, StoredHistory(settings.database_url).races).current,
        datasets=datasets,
        passports=passports(rules, Costs(settings.home)),
        quoting=store.quote,
        races=StoredRaces(settings.database_url, probing.recommend),
        advise=probing.recommend,
    )
    app = create_app(services)
    settle_memory()
    return app


def settle_memory() -> None:
    """Tell the garbage collector that what was loaded stays, and to look less often: answers leave no cycles behind.

    One answer makes a few thousand small objects; at the default thresholds the collector takes an eighth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)
