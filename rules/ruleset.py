"""The rule set: loaded, checked, and compiled to arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actwise.contract.evidence import Evidence
from actwise.contract.names import nearest_name
from actwise.contract.situation import Situation
from rules.bibliography import Source
from rules.candidates import CandidateTable, Role, table
from rules.candidates import joined as joined_table
from rules.cards import RuleCard, SourceCard, rule_card, source_card
from rules.causes import CAUSE_INDEX, CAUSE_NAMES
from rules.comparisons import learned
from rules.compiled import CompiledRule
from rules.compiled import joined as joined_rule
from rules.format import Rule
from rules.loading import KNOWLEDGE, Loaded, Tables, load_folders
from rules.masks import Masks
from rules.precedents import habits
from rules.precedents import store as precedents
from rules.start_conflicts import StartConflicts
from rules.statements import evidence_of
from rules.trace import RuleTrace, trace_of
from rules.verdicts import Verdict, trust
from rules.weighing import retells_a_table

if TYPE_CHECKING:
    from models.activations.base import Activation


@dataclass(frozen=True)
class RoleMatrix:
    """What all R rules say about the C candidates of one role, over K causes. Rules of other roles
    have rows of zeros.

    sign        int8 [R, C]      +1 for, -1 against, 0 silent; 0 for practice and exclusions
    mean, sd    float64 [R]      size of the effect in points, without the sign
    cause       int64 [R]        index in `causes`
    precision   float64 [R, K, C]  1 / sd^2 at the rule's cause where it speaks, else 0
    information float64 [R, K, C]  sign * mean / sd^2 likewise
    support     float64 [R, C]   share of published networks, for rules of practice
    weight      float64 [R]      how much a rule of practice counts; 0 for others
    excludes    bool [R, C]      candidates that the rule removes
    counted     bool [R]         false where the rule retells a table of `rules.comparisons`, which counts in its place

    With `fired` as float64 [N, R], `fired @ precision.reshape(R, -1)` gives the pooled precision of each cause
    and candidate, and the same with `information`, divided by it, the pooled mean.
    """

    role: Role
    candidates: tuple[str, ...]
    causes: tuple[str, ...]
    sign: NDArray[np.int8]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    cause: NDArray[np.int64]
    support: NDArray[np.float64]
    weight: NDArray[np.float64]
    excludes: NDArray[np.bool_]
    counted: NDArray[np.bool_]

    @cached_property
    def precision(self) -> NDArray[np.float64]:
        """[R, K, C]: 1 / sd^2 where a rule speaks of a candidate."""
        return self._by_cause(np.abs(self.sign) * (self.counted / self.sd**2)[:, None])

    @cached_property
    def information(self) -> NDArray[np.float64]:
        """[R, K, C]: sign * mean / sd^2."""
        return self._by_cause(self.sign * (self.counted * self.mean / self.sd**2)[:, None])

    def practice(self, fired: NDArray[np.bool_]) -> NDArray[np.float64]:
        """[N, C]: mean support over the rules of practice that fired, weighted; 0 where none did."""
        weights = fired * self.weight
        total = weights.sum(axis=1, keepdims=True)
        return np.asarray(weights @ self.support / np.where(total > 0, total, 1.0))

    def heard(self, fired: NDArray[np.bool_]) -> NDArray[np.float64]:
        """[N]: total weight of the rules of practice that fired."""
        return np.asarray((fired * self.weight).sum(axis=1))

    def excluded(self, fired: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """[N, C]: whether an exclusion that fired removes the candidate."""
        return np.asarray(fired.astype(np.float32) @ self.excludes.astype(np.float32) > 0)

    def _by_cause(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        spread = np.zeros((len(values), len(self.causes), len(self.candidates)))
        spread[np.arange(len(values)), self.cause] = values
        return spread


class RuleSet:
    """All rules, compiled. Immutable; the stores inside only remember what was computed before.

    causes   names of the causes, in the order of the K axis of every matrix
    version  sha256 over the content of rules and bibliography, house rules included, of verdicts, fitted weights and
             precedents
    house    ids of the rules that are an operator's own
    cautions what to mind when a rule speaks, by its place, for those rules that say so
    """

    causes: tuple[str, ...] = CAUSE_NAMES

    def __init__(self, loaded: Loaded, tables: Tables = table) -> None:
        self.compiled: tuple[CompiledRule, ...] = loaded.rules
        self.sources: Mapping[str, Source] = loaded.sources
        self.start_conflicts = StartConflicts(loaded.sources)
        self.verdicts: Mapping[str, Verdict] = loaded.verdicts
        self.house: frozenset[str] = loaded.house
        self.index: dict[str, int] = {one.rule.id: number for number, one in enumerate(self.compiled)}
        self.cautions = {number: one.rule.caution for number, one in enumerate(self.compiled) if one.rule.caution}
        self.version = _version(loaded)
        self._tables = tables
        self._masks = Masks([one.conditions for one in self.compiled])
        self._matrices: dict[Role, RoleMatrix] = {}
        self._evidence: dict[tuple[int, str, float], Evidence] = {}
        self._cards: tuple[RuleCard, ...] | None = None

    @classmethod
    def load(cls, house: Path | str | None = None, *, knowledge: Path = KNOWLEDGE, tables: Tables = table) -> RuleSet:
        """Read and check the shipped rules and, when a folder is given, house rules of the same format.

        Raises RulesRefused with every finding in all files.
        """
        folders = (knowledge,) if house is None else (knowledge, Path(house))
        return cls(load_folders(folders, tables), tables)

    def joined_by(self, added: Mapping[str, Activation]) -> RuleSet:
        """The same rules with more candidates for hidden layers: those that select by properties speak of them too."""
        more = joined_table(CandidateTable("hidden", {}), added)
        everyone = joined_table(self._tables("hidden"), added)
        rules = tuple(joined_rule(one, more) if one.rule.role == "hidden" else one for one in self.compiled)
        base = self._tables
        return RuleSet(
            Loaded(rules, self.sources, self.verdicts, self.house),
            lambda role: everyone if role == "hidden" else base(role),
        )

    def __len__(self) -> int:
        return len(self.compiled)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as written, in the order of the R axis."""
        return tuple(one.rule for one in self.compiled)

    def rule(self, rule_id: str) -> CompiledRule:
        """One rule. Raises KeyError with the nearest id."""
        if rule_id not in self.index:
            near = nearest_name(rule_id, self.index)
            raise KeyError(f"no rule {rule_id!r}" + (f": did you mean {near!r}?" if near else ""))
        return self.compiled[self.index[rule_id]]

    def bitmask(self, situation: Situation) -> int:
        """Bit r is set when rule r fires."""
        return self._masks.bitmask(situation)

    def fired(self, situations: Sequence[Situation]) -> NDArray[np.bool_]:
        """[N, R]: whether rule r fires in situation n."""
        return self._masks.fired(situations)

    def matrix(self, role: Role) -> RoleMatrix:
        """What the rules say about the candidates of a role; compiled at first use."""
        if role not in self._matrices:
            self._matrices[role] = _matrix(self.compiled, role, self._tables(role), self.verdicts, self.house)
        return self._matrices[role]

    def candidates(self, role: Role) -> tuple[str, ...]:
        """The candidates of a role, in the order of the C axis."""
        return self._tables(role).names

    def evidence(self, rule_index: int, candidate: str, weight: float = 1.0) -> Evidence:
        """What a rule says about a candidate; one object per pair and weight. Raises ValueError when it is silent."""
        key = (rule_index, candidate, weight)
        if key not in self._evidence:
            one = self.compiled[rule_index]
            self._evidence[key] = evidence_of(one, candidate, self.sources, self.verdicts.get(one.rule.id), weight)
        return self._evidence[key]

    def trace(self, situation: Situation) -> tuple[RuleTrace, ...]:
        """For every rule, whether it fires and, when not, every condition that fails, in words."""
        return tuple(trace_of(one, situation) for one in self.compiled)

    def cards(self) -> tuple[RuleCard, ...]:
        """Every rule as plain data, for people and programs to read."""
        if self._cards is None:
            self._cards = tuple(
                rule_card(one, self.sources, self.verdicts.get(one.rule.id), one.rule.id in self.house)
                for one in self.compiled
            )
        return self._cards

    def source_cards(self) -> tuple[SourceCard, ...]:
        """Every source with the rules that cite it, sorted by key."""
        return tuple(source_card(key, self.sources[key], self.compiled) for key in sorted(self.sources))


def _matrix(
    compiled: Sequence[CompiledRule],
    role: Role,
    candidates: CandidateTable,
    verdicts: Mapping[str, Verdict],
    house: frozenset[str],
) -> RoleMatrix:
    names = candidates.names
    column = {name: number for number, name in enumerate(names)}
    shape = (len(compiled), len(names))
    sign, support = np.zeros(shape, dtype=np.int8), np.zeros(shape)
    excludes, weight = np.zeros(shape, dtype=np.bool_), np.zeros(len(compiled))
    for row, one in enumerate(compiled):
        if one.rule.role != role:
            continue
        if one.rule.kind == "practice":
            weight[row] = one.rule.weight
            for name, share in (one.rule.support or {}).items():
                support[row, column[name]] = share
            continue
        favoured, opposed = ([column[name] for name in side] for side in (one.favours, one.against))
        if one.rule.excludes:
            excludes[row, opposed] = True
        else:
            sign[row, favoured], sign[row, opposed] = 1, -1
    mean = np.array([one.rule.size.mean * trust(verdicts.get(one.rule.id)) for one in compiled], dtype=np.float64)
    sd = np.array([one.rule.size.sd for one in compiled], dtype=np.float64)
    own = [one.rule.id in house for one in compiled]
    causes = ["house" if ours else one.rule.cause for one, ours in zip(compiled, own, strict=True)]
    cause = np.array([CAUSE_INDEX[name] for name in causes], dtype=np.int64)
    told = [role == "hidden" and retells_a_table(one.rule) for one in compiled]
    counted = ~np.array(told, dtype=np.bool_) | np.array(own, dtype=np.bool_)
    return RoleMatrix(role, names, CAUSE_NAMES, sign, mean, sd, cause, support, weight, excludes, counted)


def _version(loaded: Loaded) -> str:
    content = {
        "rules": [one.rule.model_dump(mode="json", by_alias=True) for one in loaded.rules],
        "sources": {key: source.model_dump(mode="json") for key, source in sorted(loaded.sources.items())},
        "verdicts": {name: [one.key, one.verdict] for name, one in sorted(loaded.verdicts.items())},
    }
    found = sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    for path in _WEIGHTS:
        found.update(path.read_bytes())
    return found.hexdigest()


_WEIGHTS = (learned.FILE, habits.FILE, *sorted(precedents.FOLDER.glob("*.csv")))
"""What decides, besides the rules, how much they count and what networks use."""
