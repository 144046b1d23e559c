"""Pages for people about what the answers rest on: every rule, every source, and a search over the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from flask import Flask, Response, render_template, request
from pydantic import Field

from actwise.contract.names import nearest_name
from rules.candidates import ROLES
from rules.cards import RuleCard, SourceCard
from rules.causes import CAUSE_INDEX, CAUSES
from service.http.pages.rendering import Kept, html
from service.http.query import NoQuery, Query, read_query
from service.http.reference import Reference
from service.learning.agreement import Scoreboard
from service.pages.measured import drawings
from service.pages.sources import READ_WORDS, source_text, source_view

Group = tuple[str, str, list[RuleCard]]
"""Role, cause and rules."""


class RuleSearch(Query):
    """What the list of rules is searched for; everything may be empty."""

    q: str = Field("", max_length=200, description="words, all of which must occur")
    role: str = Field("", max_length=40)
    cause: str = Field("", max_length=40)
    mark: str = Field("", max_length=40, description="a key of MARKS")


class SourceSearch(Query):
    """What the bibliography is searched for; everything may be empty."""

    q: str = Field("", max_length=200, description="words, all of which must occur")
    read: str = Field("", max_length=40)


MARKS: Mapping[str, tuple[str, Callable[[RuleCard], bool]]] = {
    "documented": ("from the literature", lambda rule: rule.kind == "documented"),
    "measured": ("from our own runs", lambda rule: rule.kind == "measured"),
    "practice": ("habits", lambda rule: rule.kind == "practice"),
    "excludes": ("exclusions", lambda rule: rule.excludes),
    "supported": ("supported by our experiment", lambda rule: _verdict(rule) == "supported"),
    "not_seen": ("not seen in our experiment", lambda rule: _verdict(rule) == "not_seen"),
    "refuted": ("refuted by our experiment", lambda rule: _verdict(rule) == "refuted"),
    "contested": ("contested", lambda rule: rule.contested),
    "unverified": ("unverified", lambda rule: rule.unverified),
}
"""Kinds of rules that can be asked for: words for the form, and which they are."""


def _verdict(rule: RuleCard) -> str | None:
    return rule.verification.verdict if rule.verification else None


class RulePages:
    """The handlers. What depends neither on a search nor on later probes is rendered once."""

    def __init__(self, reference: Reference, board: Callable[[], Scoreboard]) -> None:
        self._board = board
        self._reference = reference
        self._rules = {rule.id: rule for rule in reference.rules}
        self._sources = {source.key: source for source in reference.sources}
        self._texts = {rule.id: _text(rule) for rule in reference.rules}
        self._kept = Kept()

    def rules(self) -> Response:
        """The rules, by role and cause; those found where something is searched for."""
        search = read_query(request, RuleSearch)
        if search == RuleSearch():
            return self._kept("rules", lambda: self._list(search))
        return html(self._list(search))

    def rule(self, identifier: str) -> Response:
        """One rule."""
        read_query(request, NoQuery)
        rule = self._rules.get(identifier)
        if rule is None:
            return _missing("rule", identifier, self._rules, "/docs/rules")
        return html(self._one(rule))

    def sources(self) -> Response:
        """The bibliography; the sources found where something is searched for."""
        search = read_query(request, SourceSearch)
        if search == SourceSearch():
            return self._kept("sources", lambda: self._bibliography(search))
        return html(self._bibliography(search))

    def source(self, identifier: str) -> Response:
        """One source with the rules that cite it."""
        read_query(request, NoQuery)
        source = self._sources.get(identifier)
        if source is None:
            return _missing("source", identifier, self._sources, "/docs/sources")
        return self._kept(f"sources/{identifier}", lambda: self._source(source))

    def _list(self, search: RuleSearch) -> bytes:
        found = [rule for rule in self._rules.values() if self._matches(rule, search)]
        return render_template(
            "rules.html",
            groups=grouped(found),
            found=len(found),
            total=len(self._rules),
            search=search,
            roles=ROLES,
            causes=CAUSES,
            marks={name: words for name, (words, _) in MARKS.items()},
        ).encode()

    def _bibliography(self, search: SourceSearch) -> bytes:
        words = search.q.lower().split()
        found = [
            one
            for one in self._sources.values()
            if search.read in ("", one.read) and all(word in source_text(one) for word in words)
        ]
        total = len(self._sources)
        return render_template("sources.html", sources=found, total=total, search=search, read=READ_WORDS).encode()

    def _source(self, source: SourceCard) -> bytes:
        view = source_view(source, self._rules, self._reference.activations)
        return render_template("source.html", view=view, groups=grouped(view.rules), causes=CAUSES).encode()

    def _matches(self, rule: RuleCard, search: RuleSearch) -> bool:
        text = self._texts[rule.id]
        return (
            all(word in text for word in search.q.lower().split())
            and search.role in ("", rule.role)
            and search.cause in ("", rule.cause)
            and (search.mark not in MARKS or MARKS[search.mark][1](rule))
        )

    def _one(self, rule: RuleCard) -> bytes:
        contesting = [other for other in self._rules.values() if rule.id in other.contested_by]
        opponents = {name: self._rules.get(name) for name in rule.contested_by}
        agreement = next((one for one in self._board().items if one.rule == rule.id), None)
        return render_template(
            "rule.html",
            rule=rule,
            drawn=drawings(rule, agreement),
            activations=self._reference.activations if rule.role != "output" else (),
            opponents=opponents | {other.id: other for other in contesting},
            claims={claim: self._reference.claims.get(claim, "") for claim in rule.carries},
            score=self._reference.scores().get(rule.id),
            agreement=agreement,
        ).encode()


def grouped(rules: Iterable[RuleCard]) -> list[Group]:
    """The rules by role and cause, both in their usual order; inside a group as they came."""

    def place(rule: RuleCard) -> tuple[int, int]:
        role = next((number for number, name in enumerate(ROLES) if name == rule.role), len(ROLES))
        return role, CAUSE_INDEX.get(rule.cause, len(CAUSE_INDEX))

    groups = (list(group) for _, group in groupby(sorted(rules, key=place), key=place))
    return [(group[0].role, group[0].cause, group) for group in groups]


def _text(rule: RuleCard) -> str:
    """Everything that a search looks into, in lower case."""
    cited = (f"{one.source} {one.title}" for one in rule.citations)
    words = (rule.id, rule.role, rule.kind, rule.when, rule.cause, rule.because, rule.scope, rule.caution)
    return " ".join(filter(None, (*words, *rule.favours, *rule.against, *rule.carries, *cited))).lower()


def _missing(kind: str, name: str, known: Iterable[str], listed: str) -> Response:
    near = nearest_name(name[:80], known)
    response = html(render_template("missing.html", kind=kind, name=name[:80], near=near, listed=listed).encode())
    response.status_code = 404
    return response


def register_rule_pages(app: Flask, reference: Reference, board: Callable[[], Scoreboard]) -> None:
    """Add /docs/rules, /docs/sources, and a page below them for each."""
    pages = RulePages(reference, board)
    app.add_url_rule("/docs/rules", "rules_page", pages.rules)
    app.add_url_rule("/docs/rules/<identifier>", "rule_page", pages.rule)
    app.add_url_rule("/docs/sources", "sources_page", pages.sources)
    app.add_url_rule("/docs/sources/<identifier>", "source_page", pages.source)
