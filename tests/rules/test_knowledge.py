"""The shipped rules: each can fire and can stay silent, is cited, and together they give sensible answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.activations import catalogue
from models.heads import HEADS
from rules import CAUSES, EXPERIMENTS, Rule, RuleSet
from rules.compiled import CompiledRule
from rules.loading import KNOWLEDGE
from rules.satisfiable import example
from tests.rules.situations import situation

_RULES = RuleSet.load()
_IDS = [one.rule.id for one in _RULES.compiled]
_BASES = (
    situation(),
    situation(layer_type="recurrent"),
    situation(task="regression", layer_type="attention", gated_ffn=True),
    situation(task="regression", layer_type="conv", depth=99, input_derivatives=2).changed(role="bottleneck"),
)


def _fires(number: int, **fields: Any) -> bool:
    return bool(_RULES.bitmask(_BASES[0].changed(**fields)) >> number & 1)


@pytest.mark.parametrize("number", range(len(_RULES)), ids=_IDS)
def test_every_rule_fires_in_the_situation_it_describes(number: int) -> None:
    found = example(_RULES.compiled[number].conditions)
    assert found is not None
    assert _fires(number, **found)


@pytest.mark.parametrize("number", range(len(_RULES)), ids=_IDS)
def test_every_rule_is_silent_somewhere(number: int) -> None:
    assert any(not _RULES.bitmask(base) >> number & 1 for base in _BASES)


@pytest.mark.parametrize("one", _RULES.compiled, ids=_IDS)
def test_every_rule_gives_cited_evidence_about_each_candidate_it_names(one: CompiledRule) -> None:
    number = _RULES.index[one.rule.id]
    for name in one.favours + one.against:
        evidence = _RULES.evidence(number, name)
        assert evidence.citations
        assert evidence.source == one.rule.id
        assert evidence.direction == ("for" if name in one.favours else "against")
        assert evidence.effect.low <= evidence.effect.mean <= evidence.effect.high


def test_every_source_that_the_catalogues_cite_is_in_the_bibliography() -> None:
    cited = {key for found in (*catalogue().values(), *HEADS.values()) for key in found.sources}
    assert cited <= set(_RULES.sources)


def test_no_cause_and_no_experiment_is_without_a_rule() -> None:
    assert {rule.cause for rule in _RULES.rules} == set(CAUSES) - {"house", "outcome"}
    assert {rule.experiment.id for rule in _RULES.rules if rule.experiment} == set(EXPERIMENTS)


def test_the_guide_explains_every_field_of_a_rule() -> None:
    guide = (KNOWLEDGE.parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    fields = [field.alias or name for name, field in Rule.model_fields.items()]
    assert [name for name in fields if f"`{name}`" not in guide] == []


def test_there_are_rules_enough_for_hidden_layers_and_gates() -> None:
    claims = [rule for rule in _RULES.rules if rule.kind != "practice" and rule.role in ("hidden", "gate")]
    assert len(claims) >= 70


def test_practice_leaves_no_layer_type_without_an_answer() -> None:
    matrix = _RULES.matrix("hidden")
    kinds = ("dense", "conv", "recurrent", "attention", "graph", "mixed")
    for gated in (False, True):
        fired = _RULES.fired([situation(layer_type=kind, gated_ffn=gated) for kind in kinds])
        assert (matrix.practice(fired).max(axis=1) > 0.1).all()


def test_only_candidates_that_cannot_serve_are_excluded() -> None:
    matrix = _RULES.matrix("hidden")
    fired = _RULES.fired([situation(), situation(gated_ffn=True), situation(input_derivatives=2)])
    plain, gated, physics = (
        {name for name, out in zip(matrix.candidates, row, strict=True) if out} for row in matrix.excluded(fired)
    )
    assert plain == {"identity", "glu", "reglu", "geglu", "swiglu"}
    assert gated == {"identity"}
    assert {"relu", "leaky_relu", "prelu", "relu6", "hard_tanh"} <= physics
    assert not {"tanh", "sine", "softplus", "silu"} & physics


def _effects(role: Any = "hidden", **fields: Any) -> dict[str, float]:
    """Pooled by precision within a cause, added over causes; without what is excluded."""
    matrix, fired = _RULES.matrix(role), _RULES.fired([situation(**fields)])
    weights = fired.astype(float)
    precision = np.tensordot(weights, matrix.precision, 1)[0]
    information = np.tensordot(weights, matrix.information, 1)[0]
    pooled = np.divide(information, precision, out=np.zeros_like(precision), where=precision > 0).sum(axis=0)
    excluded = matrix.excluded(fired)[0]
    return {
        name: float(effect) for name, effect, out in zip(matrix.candidates, pooled, excluded, strict=True) if not out
    }


def _best(effects: dict[str, float], within: float = 1.0) -> set[str]:
    return {name for name, effect in effects.items() if effect >= max(effects.values()) - within}


def test_a_small_convnet_with_batch_norm_takes_the_rectifier_family() -> None:
    effects = _effects(layer_type="conv", depth=8, compute_budget="low")
    assert {"relu", "leaky_relu"} <= _best(effects)
    assert effects["sigmoid"] < -4


def test_a_transformer_without_gate_takes_gelu_silu_or_relu() -> None:
    effects = _effects(layer_type="attention", depth=12)
    assert {"gelu", "silu", "relu"} <= _best(effects)
    assert effects["softplus"] < effects["relu"]


def test_a_gated_transformer_takes_a_gated_unit() -> None:
    assert (
        {"swiglu", "geglu"}
        <= _best(_effects(layer_type="attention", depth=12, gated_ffn=True))
        <= {
            "swiglu",
            "geglu",
            "reglu",
            "glu",
        }
    )


def test_a_deep_plain_dense_net_ranks_every_attracting_function_above_sigmoid() -> None:
    effects = _effects(depth=20)
    assert min(effects[name] for name in ("tanh", "elu", "selu", "mish", "relu")) > effects["softplus"]
    assert effects["sigmoid"] < -40


def test_a_physics_informed_net_takes_tanh_or_another_smooth_function() -> None:
    effects = _effects(task="regression", depth=6, physics_informed=True)
    assert {"tanh", "sine", "silu"} <= _best(effects)
    assert "relu" not in effects


def test_an_int8_phone_takes_clamped_rectifiers() -> None:
    effects = _effects(layer_type="conv", depth=16, compute_budget="low", deployment={"target": "mobile", "int8": True})
    assert _best(effects, 3.0) == {"relu", "relu6"}
    assert effects["silu"] < -5


def test_private_training_takes_tanh() -> None:
    assert _best(_effects(layer_type="conv", privacy="dp_sgd", normalization="none")) == {"tanh"}


def test_an_lstm_takes_tanh_with_sigmoid_gates() -> None:
    assert _best(_effects(layer_type="recurrent", depth=2, cell="lstm")) == {"tanh"}
    assert _best(_effects("gate", layer_type="recurrent", depth=2, cell="lstm")) == {"sigmoid"}


def test_adversarial_training_takes_a_smooth_function() -> None:
    assert "silu" in _best(_effects(layer_type="conv", depth=50, adversarial=True))
