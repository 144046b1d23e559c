"""The page of one activation: everything that the catalogue, the rules and the precedents know about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.activations import GatedActivation, get
from models.activations.exports import EXPORTS
from models.formulas.equivalence import likeness
from models.heads.catalogue import HEADS
from rules.cards import RuleCard, SourceCard
from rules.precedents.store import precedents
from service.pages.atlas import COST_WORDS, PROPERTIES, ROLE_WORDS, aliases
from service.pages.claims import Cited, Known, cited
from service.pages.detail import FRAMEWORKS, Snippet
from service.pages.families import FAMILY_OF, Family
from service.pages.portrait import Portrait, figure, portrait
from service.pages.sources import READ_WORDS
from service.pages.usage import Usage, hidden_usage, output_usage
from service.pages.voices import Voices, voices
from service.pages.words import value_words

if TYPE_CHECKING:
    from service.http.views import ActivationDetail

_SMOOTHNESS = {
    None: "infinitely often differentiable",
    0: "continuous, with kinks",
    1: "once continuously differentiable",
}
_SATURATES = {"no": "nowhere", "left": "on the left", "right": "on the right", "both": "at both ends"}
_CUDNN = {"gates": "gates of LSTM and GRU", "rnn": "plain RNN", "lstm": "LSTM", "gru": "GRU"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table; `note` says what it is good for, and may be empty."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A text that the catalogue rests on; `link` leads to our page of it where there is one."""

    title: str
    link: str | None
    about: str


@dataclass(frozen=True, slots=True)
class HeadLine:
    """An output head that ends in this activation."""

    title: str
    loss: str
    tasks: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A function that is alike, by the root mean square difference for standard normal input."""

    name: str
    distance: str


@dataclass(frozen=True, slots=True)
class ActivationView:
    """The page."""

    name: str
    title: str
    family: Family
    subject: str
    lead: tuple[str, ...]
    formula: str
    derivative: str
    portrait: Portrait
    facts: tuple[Fact, ...]
    start: tuple[Fact, ...]
    calls: tuple[Snippet, ...]
    conflicts: tuple[tuple[str, tuple[Cited, ...]], ...]
    code: tuple[Snippet, ...]
    aliases: tuple[str, ...]
    exports: tuple[Fact, ...]
    alike: tuple[Neighbour, ...]
    voices: Voices
    hidden: Usage
    output: Usage
    heads: tuple[HeadLine, ...]
    sources: tuple[SourceLine, ...]


def activation_view(one: ActivationDetail, rules: Sequence[RuleCard], sources: Iterable[SourceCard]) -> ActivationView:
    """Everything about one activation of the catalogue; rules and sources are those that have a page."""
    known_sources = {source.key: source for source in sources}
    known = Known(frozenset(rule.id for rule in rules), frozenset(known_sources))
    return ActivationView(
        name=one.name,
        title=one.title,
        family=FAMILY_OF[one.name],
        subject=_subject(one),
        lead=_lead(one),
        formula=one.formula,
        derivative=one.derivative,
        portrait=portrait(one.curve),
        facts=_facts(one),
        start=_start(one),
        calls=_snippets(one.initialization.calls),
        conflicts=tuple(
            (conflict.claim, tuple(cited(citation, known) for citation in conflict.citations))
            for conflict in one.initialization.conflicts
        ),
        code=_snippets(one.code),
        aliases=aliases(one.name),
        exports=_exports(one.name),
        alike=_alike(one.name),
        voices=voices(one.name, rules),
        hidden=hidden_usage(one.name, precedents()),
        output=output_usage(one.name, precedents()),
        heads=_heads(one.name),
        sources=tuple(_source(key, known_sources.get(key)) for key in one.sources),
    )


def _subject(one: ActivationDetail) -> str:
    """What the facts and the curve are about, where that is not plain."""
    if "gated_unit" in one.roles:
        return "Facts are of the product of both branches; the curve is that of the gate's branch alone."
    if one.gains is None:
        return "Facts and curve are of one output along its own input, the others held at zero."
    return "Learned parameters are at their first values." if one.parameters else ""


def _lead(one: ActivationDetail) -> tuple[str, ...]:
    """The few words under the title."""
    roles = ", ".join(ROLE_WORDS.get(role, role) for role in one.roles)
    traits = [known.title for known in PROPERTIES if known.holds(one)]
    return (f"for {roles}", *traits, f"cost class {one.cost.cost_class}")


def _facts(one: ActivationDetail) -> tuple[Fact, ...]:
    facts = one.facts
    rows = (
        Fact("Range", f"{_end(facts.low, '−∞')} to {_end(facts.high, '∞')}"),
        Fact("Smoothness", _SMOOTHNESS.get(facts.smoothness, f"{facts.smoothness} times continuously differentiable")),
        Fact("Monotone", _yes(facts.monotone)),
        Fact("Mean", _end(facts.mean, "none: it depends on the whole row"), "for standard normal input"),
        Fact("Saturates", _SATURATES[facts.saturates], "bounded while the slope goes to zero"),
        Fact("Largest slope", _end(facts.lipschitz, "unbounded")),
        Fact("Without gradient", _flat(one), "units that stay there do not learn"),
        Fact("Exact zeros", _yes(facts.exact_zeros), "sparse activity"),
        Fact("Symmetry", _symmetry(one)),
        Fact("Pieces", "straight" if facts.piecewise_linear else "curved"),
        Fact("Cost", f"{one.cost.relative:.2g} times ReLU here", _cost_class(one)),
    )
    return rows + tuple(
        Fact(f"Learns {own.name}", f"from {own.initial:g}", f"one per {own.per}") for own in one.parameters
    )


def _cost_class(one: ActivationDetail) -> str:
    return f"class {one.cost.cost_class}: {COST_WORDS[one.cost.cost_class]} in frameworks"


def _end(value: float | None, missing: str) -> str:
    return missing if value is None else figure(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _flat(one: ActivationDetail) -> str:
    hull = one.facts.zero_gradient
    return "nowhere" if hull is None else f"{_end(hull[0], '−∞')} to {_end(hull[1], '∞')}"


def _symmetry(one: ActivationDetail) -> str:
    facts = one.facts
    named = {"odd": facts.odd, "periodic": facts.periodic, "scales with its input": facts.homogeneous}
    return ", ".join(words for words, holds in named.items() if holds) or "none"


def _start(one: ActivationDetail) -> tuple[Fact, ...]:
    start, gains = one.initialization, one.gains
    rows = [Fact("Usual start", value_words(start.scheme), start.note or "")]
    if start.gain is not None:
        rows.append(Fact("Its gain", figure(start.gain), "weights have standard deviation gain / √fan_in"))
    if gains is not None:
        rows += [
            Fact("Forward gain", _end(gains.forward, "none"), "keeps the second moment, 1 / √E f²"),
            Fact("Variance gain", _end(gains.variance, "none"), "keeps the variance, 1 / √Var f"),
            Fact("Backward gain", _end(gains.backward, "none"), "keeps the gradient, 1 / √E f′²"),
        ]
    return tuple(rows)


def _snippets(code: object) -> tuple[Snippet, ...]:
    return tuple(Snippet(key, title, getattr(code, key)) for key, title in FRAMEWORKS)


def _exports(name: str) -> tuple[Fact, ...]:
    found = EXPORTS[name]
    settings = f" ({found.settings})" if found.settings else ""
    onnx = " + ".join(found.onnx) + (settings if found.one_operator else "")
    older = f"before that {' + '.join(found.older)}" if found.older else ""
    lite = "not by built-in operators" if found.tflite is None else " + ".join(found.tflite) or "nothing to compute"
    cells = ", ".join(_CUDNN[cell] for cell in found.cudnn) or "no cell in one kernel"
    return (
        Fact(f"ONNX, from opset {found.opset}", onnx, older),
        Fact("TensorFlow Lite", lite),
        Fact("cuDNN", cells),
    )


def _alike(name: str) -> tuple[Neighbour, ...]:
    known = get(name)
    if not known.elementwise or isinstance(known, GatedActivation) or name == "exp":
        return ()
    near = likeness(known.value_and_slope).nearest
    return tuple(Neighbour(one.activation, f"{one.distance:.2g}") for one in near if one.activation != name)


def _heads(name: str) -> tuple[HeadLine, ...]:
    return tuple(
        HeadLine(head.title, head.loss.replace("_", " "), ", ".join(sorted(map(value_words, head.tasks))))
        for head in HEADS.values()
        if head.activation == name
    )


def _source(key: str, card: SourceCard | None) -> SourceLine:
    if card is None:
        return SourceLine(key, None, "")
    about = f"{card.authors} ({card.year}), {READ_WORDS[card.read]}"
    return SourceLine(card.title, f"/docs/sources/{key}", about)
