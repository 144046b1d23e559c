"""Gradient by layer of the first choices, in untrained networks of the kind described: loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import Flask, Response, abort, request

from actwise.contract.answer import Recommendation
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from models.networks.families import FAMILIES
from models.theory import CANDIDATES
from models.theory.names import GATES
from service.http.pages.rendering import by_htmx, rendered
from service.http.passport_views import Figure
from service.http.signal_figures import SEEDS, signal_figures
from service.pages.form import permalink
from service.pages.plots import Plot, gradient_plot
from service.pages.questions import read_question
from service.passports.network import Wanted, subject_of
from service.probing.entrants import trainable

_MOST = 3
_SLOW = ("attention", "conv", "recurrent")
_DEEPEST, _WIDEST = 64, 256
_DEEPEST_SLOW = 16
"""Of networks whose layers take a twentieth of a second or more each."""

Layers = tuple[tuple[float | None, float | None, float | None], ...]


def gradients(situation: Situation, ranked: tuple[str, ...]) -> tuple[Plot | None, str]:
    """The plot for the first of these names that a network can be made of, and the network in words."""
    wanted = Wanted(
        layer_type=situation.layer_type,
        task="regression" if situation.task_family == "regression" else "classification",
        depth=min(situation.depth, _DEEPEST_SLOW if situation.layer_type in _SLOW else _DEEPEST),
        width=min(situation.width, _WIDEST),
        normalization=situation.normalization,
        residual=situation.residual,
        data=None,
        seeds=len(SEEDS),
    )
    return _gradients(wanted, ranked)


@lru_cache(128)
def _gradients(wanted: Wanted, ranked: tuple[str, ...]) -> tuple[Plot | None, str]:
    if wanted.layer_type not in FAMILIES:
        return None, ""
    network = subject_of(wanted).network
    alone = [one for one in ranked if one in CANDIDATES and one not in GATES and trainable(one, network)]
    layers: dict[str, Layers] = {
        name: tuple(_triple(layer.gradient) for layer in signal_figures(name, network).layers) for name in alone[:_MOST]
    }
    return gradient_plot(layers), f"{network.family}, {network.in_words}"


def _triple(figure: Figure) -> tuple[float | None, float | None, float | None]:
    return figure.mean, figure.low, figure.high


def register_signal(app: Flask, advise: Callable[[TaskDescription], Recommendation]) -> None:
    """Add /signal: a part of the page, or a page of its own."""

    def signal() -> Response:
        pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "place"]
        asked, place = read_question(pairs).request, request.args.get("place", "1")
        if asked is None or not place.isdecimal() or len(place) > 2:
            abort(404)
        asked = asked.model_copy(update={"probe": None})
        situations = situations_of(asked)
        if not 1 <= int(place) <= len(situations):
            abort(404)
        ranking = advise(asked).hidden[int(place) - 1].ranking
        plot, network = gradients(situations[int(place) - 1], tuple(one.activation for one in ranking[:10]))
        template = "signal.html" if by_htmx() else "signal_page.html"
        return rendered(template, plot=plot, network=network, link=permalink(asked))

    app.add_url_rule("/signal", "signal", signal)
