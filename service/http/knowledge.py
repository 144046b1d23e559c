"""/v1/rules and /v1/sources: what the answers rest on."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request
from pydantic import Field

from actwise.contract.evidence import Answer
from actwise.contract.names import nearest_name
from rules.cards import RuleCard, SourceCard
from service.http.documents import document, encoded
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import NoQuery, read_query
from service.http.reference import Reference
from service.learning.agreement import Agreement, Scoreboard


class RuleDetail(RuleCard):
    """One rule, and how often it was right."""

    agreement: Agreement | None = Field(None, description="by what probes measured; null where none tested it")


class RuleList(Answer):
    """Every rule."""

    items: tuple[RuleDetail, ...]


class SourceList(Answer):
    """The bibliography."""

    items: tuple[SourceCard, ...]


class KnowledgeRoutes:
    """The handlers. Sources are encoded at start, rules again when the scoreboard has changed."""

    def __init__(self, reference: Reference, board: Callable[[], Scoreboard]) -> None:
        self._board = board
        self._rule = {rule.id: rule for rule in reference.rules}
        self._kept: tuple[Scoreboard, bytes] | None = None
        self._sources = encoded(SourceList(items=reference.sources))

    def rules(self) -> Response:
        """Every rule."""
        read_query(request, NoQuery)
        board, kept = self._board(), self._kept
        if kept is None or kept[0] is not board:
            details = tuple(_detail(rule, board) for rule in self._rule.values())
            kept = self._kept = board, encoded(RuleList(items=details))
        return document(kept[1])

    def rule(self, identifier: str) -> Response:
        """One rule."""
        read_query(request, NoQuery)
        if identifier not in self._rule:
            near = nearest_name(identifier[:80], self._rule)
            hint = f": did you mean {near!r}?" if near else ""
            raise ProblemError("unknown_rule", f"no rule is called {identifier[:80]!r}{hint}")
        return document(encoded(_detail(self._rule[identifier], self._board())))

    def sources(self) -> Response:
        """The bibliography."""
        read_query(request, NoQuery)
        return document(self._sources)


def _detail(rule: RuleCard, board: Scoreboard) -> RuleDetail:
    found = next((one for one in board.items if one.rule == rule.id), None)
    return RuleDetail(**dict(rule), agreement=found)


def knowledge_operations(reference: Reference, board: Callable[[], Scoreboard]) -> tuple[Operation, ...]:
    """The three operations on rules and sources."""
    routes = KnowledgeRoutes(reference, board)
    etag = {"ETag": "changes with the content"}
    path_id = {"description": "id of the rule", "schema": {"type": "string"}, "example": _first_id(reference)}
    return (
        Operation(
            method="GET",
            path="/v1/rules",
            name="listRules",
            tag="knowledge",
            summary="List every rule, house rules included",
            description="When each fires, which activations it speaks for or against, how strongly, and who says so. "
            "`agreement` is how often it was right, by what probes measured.",
            handler=routes.rules,
            answers={200: Success("The rules.", RuleList, etag)},
        ),
        Operation(
            method="GET",
            path="/v1/rules/{id}",
            name="readRule",
            tag="knowledge",
            summary="Read one rule",
            description="`source` in the evidence of an answer is such an id. `agreement` is as in the list.",
            handler=routes.rule,
            path_parameters={"id": path_id},
            answers={200: Success("The rule.", RuleDetail, etag)},
            problems=("unknown_rule",),
        ),
        Operation(
            method="GET",
            path="/v1/sources",
            name="listSources",
            tag="knowledge",
            summary="List the bibliography",
            description="Each source says how much of it was read and which rules cite it.",
            handler=routes.sources,
            answers={200: Success("The sources.", SourceList, etag)},
        ),
    )


def _first_id(reference: Reference) -> str:
    return reference.rules[0].id if reference.rules else "some-rule"
