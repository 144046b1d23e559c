"""The atlas of activations, and a page for each of them."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, redirect, render_template, request, url_for
from pydantic import Field

from actwise.contract.names import nearest_name
from actwise.contract.vocabulary import NORMALIZATIONS, Normalization
from models.theory import CANDIDATES
from models.theory.names import GATES
from service.http.pages.rendering import Kept, html, rendered
from service.http.query import Flag, NoQuery, Query, Whole, read_query
from service.http.reference import Reference
from service.http.views import ActivationDetail, PassportRequest
from service.pages.activation import activation_view
from service.pages.atlas import COST_WORDS, FRAMEWORK_TITLES, PROPERTIES, ROLE_WORDS, WINDOW, Atlas, Wanted
from service.pages.signals import signal_view

_WIDTH = 128
_DEPTHS = (2, 4, 8, 16, 32, 64)
_SWITCH = Field("", pattern="^1?$", description="1 to want it")


class AtlasQuery(Query):
    """What the atlas is searched for; everything may be empty."""

    q: str = Field("", max_length=200, description="words, all of which must occur")
    role: str = Field("", max_length=40)
    cost: str = Field("", pattern="^[A-D]?$", description="this class or a cheaper one")
    framework: str = Field("", max_length=40)
    smooth: str = _SWITCH
    monotone: str = _SWITCH
    bounded: str = _SWITCH
    zero_centred: str = _SWITCH
    never_flat: str = _SWITCH
    learned: str = _SWITCH

    def wanted(self) -> Wanted:
        """The same for the view."""
        chosen = frozenset(known.key for known in PROPERTIES if getattr(self, known.key))
        return Wanted(self.q, self.role, self.cost, self.framework, chosen)


class SignalQuery(Query):
    """The untrained network whose gradient is wanted."""

    depth: Whole = Field(32, ge=2, le=64)
    normalization: Normalization = "none"
    residual: Flag = "0"

    def wanted(self) -> PassportRequest:
        """The same for the reference."""
        return PassportRequest(self.depth, _WIDTH, self.normalization, self.residual == "1")


def asked(query: SignalQuery) -> dict[str, Any]:
    """What the form of the network holds."""
    return {"query": query, "normalizations": NORMALIZATIONS, "depths": sorted({*_DEPTHS, query.depth})}


def stands_alone(name: str) -> bool:
    """Whether there is a passport: not for gated units and functions of a whole row."""
    return name in CANDIDATES and name not in GATES


class AtlasPages:
    """The handlers. What depends on no search is rendered once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._atlas = Atlas(reference.activations)
        self._kept = Kept()

    def all(self) -> Response:
        """The grid; those found where something is searched for."""
        wanted = read_query(request, AtlasQuery).wanted()
        if wanted == Wanted():
            return self._kept("", lambda: self._grid(wanted))
        return html(self._grid(wanted))

    def one(self, name: str) -> Response:
        """One activation; other spellings lead to its own address."""
        read_query(request, NoQuery)
        found = self._reference.activation(name)
        if found is None:
            return self._missing(name)
        if found.name != name:
            return redirect(url_for("activation_page", name=found.name), 308)  # type: ignore[return-value]
        return self._kept(name, lambda: self._portrayed(found))

    def signals(self, name: str) -> Response:
        """What an untrained network of one activation does to its gradient."""
        query = read_query(request, SignalQuery)
        found = self._reference.activation(name)
        if found is None:
            return self._missing(name)
        passport = self._reference.passport(found.name, query.wanted())
        if passport is None:
            return redirect(url_for("activation_page", name=found.name), 303)  # type: ignore[return-value]
        return rendered("signals.html", view=signal_view(passport), name=found.name, title=found.title, **asked(query))

    def _missing(self, name: str) -> Response:
        near = nearest_name(name[:80], self._reference.activations)
        return rendered("missing.html", 404, kind="activation", name=name[:80], near=near, listed="/activations")

    def _portrayed(self, one: ActivationDetail) -> bytes:
        view = activation_view(one, self._reference.rules, self._reference.sources)
        measured = stands_alone(one.name)
        return render_template("activation.html", view=view, measured=measured, **asked(SignalQuery())).encode()

    def _grid(self, wanted: Wanted) -> bytes:
        return render_template(
            "atlas.html",
            view=self._atlas.view(wanted),
            window=WINDOW,
            roles=ROLE_WORDS,
            costs=COST_WORDS,
            frameworks=FRAMEWORK_TITLES,
            properties=PROPERTIES,
        ).encode()


def register_atlas(app: Flask, reference: Reference) -> None:
    """Add /activations, and a page below it for each."""
    pages = AtlasPages(reference)
    app.add_url_rule("/activations", "atlas", pages.all)
    app.add_url_rule("/activations/<name>", "activation_page", pages.one)
    app.add_url_rule("/activations/<name>/signals", "activation_signals", pages.signals)
