"""The form of one rule in a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.candidates import Role
from rules.experiments import Trial

Strength = Literal["weak", "moderate", "strong"]


class Size(BaseModel):
    """How much quality changes, in points, without the sign: `for` adds it, `against` subtracts it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: float = Field(ge=0, le=100)
    sd: float = Field(gt=0, le=100)


SIZES: dict[Strength, Size] = {
    "weak": Size(mean=0.5, sd=1.0),
    "moderate": Size(mean=1.5, sd=1.5),
    "strong": Size(mean=4.0, sd=2.5),
}
WEIGHTS: dict[Strength, float] = {"weak": 1.0, "moderate": 4.0, "strong": 16.0}


class Reference(BaseModel):
    """One citation: a key of the bibliography, and the page, table or section."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    where: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_key(cls, raw: Any) -> Any:
        return {"key": raw} if isinstance(raw, str) else raw


class Rule(BaseModel):
    """One claim: when it holds, which candidates it speaks for or against, how strongly, and why.

    A documented or measured rule has `for` or `against` (or both), a `cause` and a size: `strength`,
    or `effect` where magnitudes are known. A practice rule has `support` instead: the share in [0, 1]
    of published networks that use each candidate. A rule with `excludes` removes what it is against.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=80,
        description="lower-case words joined by hyphens; unique over all files",
    )
    role: Role = Field(description="whose candidates the rule speaks of")
    kind: Literal["documented", "measured", "practice"] = Field(
        "documented", description="who found out: a text, our own runs, or what published networks use"
    )
    when: dict[str, Any] = Field({}, description="conditions on the fields of a situation; all must hold")
    favours: Any = Field(None, alias="for", description="a selector, or a list of which any may hold")
    against: Any = Field(None, description="a selector, or a list of which any may hold")
    support: dict[str, float] | None = Field(
        None, description="practice only: share of published networks that use each candidate, 0 to 1"
    )
    excludes: bool = Field(False, description="removes what the rule is against; then it has no size")
    strength: Strength | None = Field(None, description="the size, where no figures are known")
    effect: Size | None = Field(None, description="the size in points, where figures are known")
    cause: str = Field("convention", description="the mechanism; claims with one cause are pooled")
    because: str = Field(min_length=10, max_length=400, description="one sentence, shown to the reader as the claim")
    sources: tuple[Reference, ...] = Field(
        min_length=1, description="keys of a bibliography, with page, table or section"
    )
    contested: bool | tuple[str, ...] = Field(False, description="true, or the ids of rules that say the opposite")
    experiment: Trial | None = Field(None, description="a computation that can confirm or refute the claim")
    caution: str | None = Field(None, description="what to mind when a favoured candidate is taken")
    scope: str | None = Field(None, description="what the evidence covers, where that is narrower than `when`")
    unverified: bool = Field(False, description="nobody has read a text that says so; the strength is then weak")
    carries: tuple[str, ...] = Field((), description="ids of claims in claims.csv that the rule stands for")

    @property
    def size(self) -> Size:
        """The size of the effect; of no account in rules of practice and in exclusions."""
        return self.effect or SIZES[self.strength or "weak"]

    @property
    def weight(self) -> float:
        """How much a rule of practice counts beside others that hold at the same time."""
        return WEIGHTS[self.strength or "weak"]

    def contests(self, other: str) -> bool:
        """Whether this rule is marked as contested by the other one."""
        return self.contested is True or (isinstance(self.contested, tuple) and other in self.contested)

    def form_faults(self) -> Iterator[str]:
        """What is wrong with the rule's form, beyond the types of its fields."""
        if self.kind == "practice":
            yield from self._practice_faults()
        else:
            yield from self._claim_faults()
        if self.strength and self.effect:
            yield "has both strength and effect: give effect where the size was measured, else strength"
        if self.unverified and (self.strength != "weak" or self.effect):
            yield "is unverified, so its strength can only be weak"

    def _practice_faults(self) -> Iterator[str]:
        if not self.support:
            yield "is of kind practice and needs support: {name: share}"
        if self.favours or self.against or self.excludes or self.effect:
            yield "is of kind practice, which has support only: leave out for, against, excludes and effect"
        if self.cause != "convention":
            yield "is of kind practice, whose cause is convention: leave cause out"
        if self.experiment:
            yield "is of kind practice, which no experiment can check: leave experiment out"
        for name, share in (self.support or {}).items():
            if not 0 <= share <= 1:
                yield f"support of {name} is a share between 0 and 1, not {share}"

    def _claim_faults(self) -> Iterator[str]:
        if self.favours is None and self.against is None:
            yield "speaks for nothing and against nothing: give for or against"
        if self.support is not None:
            yield "has support, which only rules of kind practice have"
        if self.cause in ("convention", "house", "outcome"):
            yield f"cannot have the cause {self.cause}: name the mechanism (see rules/causes.py)"
        if self.excludes and (self.favours is not None or self.strength or self.effect):
            yield "excludes what it is against: leave out for, strength and effect"
        if not self.excludes and not self.strength and not self.effect:
            yield "has no size: give strength (weak, moderate, strong) or effect {mean, sd}"
