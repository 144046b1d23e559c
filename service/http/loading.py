"""The reference, made from the catalogue, the rules and signal theory themselves."""

from __future__ import annotations

from functools import cache, lru_cache
from math import isfinite, isinf

from actwise.contract.answer import Code, Cost, Initialization
from models.activations import Activation, Facts, catalogue, curve, gains
from models.theory import CANDIDATES
from models.theory.start import standard_start
from rules import RuleSet
from rules.claims import read_claims
from service.advice.initializers import start_calls
from service.authoring.scoreboard import scoreboard
from service.http.passports import passport_of
from service.http.reference import Reference
from service.http.views import (
    ActivationDetail,
    ActivationFacts,
    ActivationGains,
    ActivationParameter,
    Curve,
)

_DIGITS = 6
_RECENT_PASSPORTS = 256


def load_reference(rules: RuleSet) -> Reference:
    """Everything that can be looked up; takes well under a second, and is the same in every process."""
    return Reference(
        activations={name: describe(one, rules) for name, one in catalogue().items()},
        rules=rules.cards(),
        sources=rules.source_cards(),
        passport=lru_cache(_RECENT_PASSPORTS)(passport_of),
        claims=read_claims(),
        scores=cache(lambda: scoreboard(rules)),
    )


def describe(activation: Activation, rules: RuleSet) -> ActivationDetail:
    """One activation as plain data."""
    frameworks = activation.frameworks
    return ActivationDetail(
        name=activation.name,
        title=activation.title,
        formula=activation.formula,
        derivative=activation.derivative,
        roles=tuple(sorted(activation.roles)),
        cost=Cost(relative=activation.relative_cost, cost_class=activation.cost_class),
        initialization=_initialization(activation, rules),
        facts=_facts(activation.facts),
        gains=_gains(activation),
        parameters=tuple(
            ActivationParameter(name=one.name, initial=one.initial, per=one.per) for one in activation.parameters
        ),
        code=Code(pytorch=frameworks.pytorch, keras=frameworks.keras, jax=frameworks.jax, sklearn=frameworks.sklearn),
        sources=activation.sources,
        curve=_curve(activation),
    )


def _facts(facts: Facts) -> ActivationFacts:
    hull = facts.zero_gradient
    return ActivationFacts(
        low=_rounded(facts.range[0]),
        high=_rounded(facts.range[1]),
        smoothness=None if isinf(facts.smoothness) else int(facts.smoothness),
        monotone=facts.monotone,
        zero_centred=facts.zero_centred,
        mean=_rounded(facts.mean),
        saturates=facts.saturates,
        exact_zeros=facts.exact_zeros,
        zero_gradient=(_rounded(hull[0]), _rounded(hull[1])) if hull else None,
        lipschitz=_rounded(facts.lipschitz),
        homogeneous=facts.homogeneous,
        odd=facts.odd,
        periodic=facts.periodic,
        piecewise_linear=facts.piecewise_linear,
    )


def _gains(activation: Activation) -> ActivationGains | None:
    if not activation.elementwise:
        return None
    found = gains(activation)
    return ActivationGains(
        forward=_rounded(found.forward), variance=_rounded(found.variance), backward=_rounded(found.backward)
    )


def _initialization(activation: Activation, rules: RuleSet) -> Initialization:
    """The published scheme with its calls for a dense layer; what fits one network best is in recommendations."""
    if activation.name not in CANDIDATES:
        return Initialization(scheme=activation.scheme)
    start = standard_start(activation.name)
    return Initialization(
        scheme=start.scheme,
        gain=round(start.gain, _DIGITS),
        note=start.note or None,
        calls=start_calls(activation.name, start, "dense"),
        conflicts=rules.start_conflicts.about(activation.name, None),
    )


def _curve(activation: Activation) -> Curve:
    points = curve(activation)
    return Curve(x=_all_rounded(points.x), value=_all_rounded(points.value), slope=_all_rounded(points.slope))


def _rounded(value: float) -> float | None:
    """JSON has neither infinity nor NaN: null stands for both."""
    return round(value, _DIGITS) if isfinite(value) else None


def _all_rounded(values: list[float]) -> tuple[float, ...]:
    return tuple(round(value, _DIGITS) for value in values)
