"""What comparisons say about other networks: most about similar ones, nothing new about what was not fitted."""

from __future__ import annotations

import numpy as np
import pytest

from rules import RuleSet
from rules.comparisons.learned import UNFAMILIAR_SD, Learned, fitted, learned, read
from rules.comparisons.similarity import FIELDS, activations, key, networks
from rules.comparisons.store import comparisons
from tests.rules.situations import situation

NAMES = RuleSet.load().candidates("hidden")


def test_an_activation_that_was_not_fitted_gets_no_effect() -> None:
    with_stranger = Learned(fitted(), (*NAMES, "brand_new"))
    assert with_stranger.effects([situation()])[0, -1] == 0.0


def test_effects_do_not_depend_on_what_was_asked_before_or_together() -> None:
    fresh, used = learned(NAMES), learned(NAMES)
    used.effects([situation(layer_type="dense", depth=4), situation(depth=50)])
    assert np.allclose(used.effects([situation()]), fresh.effects([situation()]), rtol=1e-12)


def test_the_network_of_a_table_gets_the_order_of_that_table_roughly() -> None:
    one = next(table for table in comparisons() if table.id == "misra-squeezenet-cifar10")
    effects = dict(zip(NAMES, learned(NAMES).effects([one.situation])[0], strict=True))
    assert effects["mish"] > effects["relu"] > effects["sigmoid"]


def test_doubt_is_larger_where_no_table_is_near() -> None:
    near = comparisons()[-1].situation
    _, spread = learned(NAMES).told([near, situation(layer_type="recurrent"), situation(layer_type="graph")])
    assert spread[0, 0] < spread[1, 0] <= np.hypot(fitted().task_sd, UNFAMILIAR_SD)
    assert (spread >= fitted().task_sd).all()


def test_what_tables_contribute_adds_up_to_the_effects() -> None:
    found = learned(NAMES)
    assert found.shares(situation()).sum(axis=0) == pytest.approx(found.effects([situation()])[0])


def test_a_network_is_as_similar_to_itself_as_can_be_and_less_to_every_other() -> None:
    rates = dict.fromkeys((*FIELDS, "depth"), 0.5)
    keys = [key(situation(**more)) for more in ({"depth": 8}, {"depth": 16}, {"depth": 8, "privacy": "dp_sgd"})]
    alike = networks(keys, keys, rates)
    assert np.diag(alike) == pytest.approx(1.0)
    assert np.allclose(alike, alike.T)
    assert alike[0, 1] == pytest.approx(np.exp(-0.5))
    assert alike[1, 2] == pytest.approx(np.exp(-1.0))


def test_gelu_is_nearer_to_its_tanh_form_than_to_relu_and_farther_from_sigmoid() -> None:
    names = ("gelu", "gelu_tanh", "relu", "sigmoid", "geglu", "swiglu")
    alike = activations(names, 1.0)
    assert alike[0, 1] > 0.999 > alike[0, 2] > alike[0, 3]
    assert alike[4, 5] > alike[0, 5]
    assert np.linalg.eigvalsh(alike).min() > -1e-9


def test_the_shipped_weights_belong_to_the_shipped_tables_and_candidates() -> None:
    found = fitted()
    assert found.tables == tuple(one.id for one in comparisons())
    assert found.candidates == NAMES
    assert found.keys == tuple(key(one.situation) for one in comparisons())
    assert found.transfer.tolist() == [one.transfer for one in comparisons()]
    assert 0.2 < found.task_sd < 5
    assert all(0 <= share <= 1 for share in found.causes.values())


def test_weights_that_were_written_are_read_as_they_were() -> None:
    content = {
        "candidates": ["relu"],
        "tables": {"one": {"key": list(key(situation())), "transfer": 0.5, "weights": [2.0]}},
        "rates": dict.fromkeys((*FIELDS, "depth"), 1.0),
        "general": 0.1,
        "causes": {},
        "task_sd": 1.0,
        "fingerprint": "",
    }
    effect = Learned(read(content), ("relu",)).effects([situation()])
    assert effect[0, 0] == pytest.approx(0.5 * 2.0 * 1.1)
