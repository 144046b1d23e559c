"""Pages for people about what the answers rest on: every rule, every source, and a search over the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from flask import Flask, Response, render_template, request
from pydantic import Field

from actwise.contract.names import nearest_name
from rules.candidates import ROLES
from rules.cards import RuleCard
from rules.causes import CAUSE_INDEX, CAUSES
from service.http.pages import html
from service.http.query import NoQuery, Query, read_query
from service.http.reference import Reference
from service.learning.agreement import Scoreboard

Group = tuple[str, str, list[RuleCard]]
"""Role, cause and rules."""


class RuleSearch(Query):
    """What the list of rules is searched for; everything may be empty."""

    q: str = Field("", max_length=200, description="words, all of which must occur")
    role: str = Field("", max_length=40)
    cause: str = Field("", max_length=40)


class RulePages:
    """The handlers. What depends neither on a search nor on later probes is rendered once."""

    def __init__(self, reference: Reference, board: Callable[[], Scoreboard]) -> None:
        self._board = board
        self._reference = reference
        self._rules = {rule.id: rule for rule in reference.rules}
        self._sources = {source.key: source for source in reference.sources}
        self._texts = {rule.id: _text(rule) for rule in reference.rules}
        self._rendered: dict[str, bytes] = {}

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
        """The bibliography."""
        read_query(request, NoQuery)
        return self._kept("sources", lambda: render_template("sources.html", sources=self._sources.values()).encode())

    def source(self, identifier: str) -> Response:
        """One source with the rules that cite it."""
        read_query(request, NoQuery)
        source = self._sources.get(identifier)
        if source is None:
            return _missing("source", identifier, self._sources, "/docs/sources")
        citing = [self._rules[name] for name in source.rules if name in self._rules]
        return self._kept(
            f"sources/{identifier}",
            lambda: render_template("source.html", source=source, groups=grouped(citing), causes=CAUSES).encode(),
        )

    def _kept(self, name: str, render: Callable[[], bytes]) -> Response:
        if name not in self._rendered:
            self._rendered[name] = render()
        return html(self._rendered[name])

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
        ).encode()

    def _matches(self, rule: RuleCard, search: RuleSearch) -> bool:
        text = self._texts[rule.id]
        return (
            all(word in text for word in search.q.lower().split())
            and search.role in ("", rule.role)
            and search.cause in ("", rule.cause)
        )

    def _one(self, rule: RuleCard) -> bytes:
        contesting = [other for other in self._rules.values() if rule.id in other.contested_by]
        opponents = {name: self._rules.get(name) for name in rule.contested_by}
        return render_template(
            "rule.html",
            rule=rule,
            opponents=opponents | {other.id: other for other in contesting},
            claims={claim: self._reference.claims.get(claim, "") for claim in rule.carries},
            score=self._reference.scores().get(rule.id),
            agreement=next((one for one in self._board().items if one.rule == rule.id), None),
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
