"""The grid holds every function once, and a search finds exactly those for which all of it holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.activations import Activation, catalogue
from service.http.reference import Reference
from service.pages.atlas import COST_WORDS, PROPERTIES, ROLE_WORDS, Atlas, AtlasView, Wanted, aliases
from service.pages.families import FAMILIES, FAMILY_OF


@pytest.fixture(scope="module")
def atlas(reference: Reference) -> Atlas:
    return Atlas(reference.activations)


def names(view: AtlasView) -> set[str]:
    return {tile.name for shelf in view.shelves for tile in shelf.tiles}


def test_every_function_is_in_exactly_one_family() -> None:
    members = [name for family in FAMILIES for name in family.members]
    assert sorted(members) == sorted(catalogue())
    assert len({family.key for family in FAMILIES}) == len(FAMILIES)
    assert FAMILY_OF["gelu"].key == "self-gated"


def test_without_a_search_everything_is_shown_once(atlas: Atlas) -> None:
    view = atlas.view(Wanted())
    assert names(view) == set(catalogue())
    assert sum(len(shelf.tiles) for shelf in view.shelves) == view.found == view.total == len(catalogue())


def test_every_tile_has_a_curve_and_a_slope(atlas: Atlas) -> None:
    for shelf in atlas.view(Wanted()).shelves:
        assert all(tile.value.startswith("M") and tile.slope.startswith("M") for tile in shelf.tiles)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted("SWISH"), {"silu", "swish", "hard_swish"}),
        (Wanted("hard swish"), {"hard_swish"}),
        (Wanted("hswish"), {"hard_swish"}),
        (Wanted("nn.elu("), {"elu"}),
        (Wanted("jax.numpy.exp"), {"exp"}),
        (Wanted("periodic"), {"sine", "snake"}),
        (Wanted("swish nothing"), set()),
        (Wanted(role="gated_unit"), {"glu", "reglu", "geglu", "swiglu"}),
        (Wanted(role="nobody"), set()),
        (Wanted(framework="sklearn"), {"identity", "sigmoid", "tanh", "relu"}),
        (Wanted(framework="nothing"), set()),
        (Wanted(role="gate", cost="A"), {"hard_sigmoid", "hard_tanh"}),
        (Wanted(properties=frozenset({"learned"})), {"prelu", "swish", "snake"}),
        (Wanted(properties=frozenset({"smooth", "bounded", "zero_centred"})), {"tanh", "lecun_tanh", "sine"}),
        (Wanted("tanh", role="gate", cost="B", properties=frozenset({"smooth"})), {"tanh"}),
    ],
)
def test_a_search_finds_what_has_all_of_it(atlas: Atlas, wanted: Wanted, expected: set[str]) -> None:
    view = atlas.view(wanted)
    assert names(view) == expected
    assert view.found == len(expected)
    assert view.wanted == wanted
    assert all(shelf.tiles for shelf in view.shelves)


def test_a_cost_class_stands_for_all_cheaper_ones(atlas: Atlas) -> None:
    found = [names(atlas.view(Wanted(cost=cost))) for cost in "ABCD"]
    assert found[0] < found[1] < found[2] < found[3] == set(catalogue())


FACTS: dict[str, Callable[[Activation], bool]] = {
    "smooth": lambda known: known.facts.smooth,
    "monotone": lambda known: known.facts.monotone,
    "bounded": lambda known: known.facts.bounded,
    "zero_centred": lambda known: known.facts.zero_centred,
    "never_flat": lambda known: known.facts.zero_gradient is None,
    "learned": lambda known: bool(known.parameters),
}


def test_every_property_has_a_fact() -> None:
    assert {one.key for one in PROPERTIES} == set(FACTS)


@pytest.mark.parametrize("key", FACTS)
def test_every_property_parts_the_catalogue_as_the_facts_do(atlas: Atlas, key: str) -> None:
    found = names(atlas.view(Wanted(properties=frozenset({key}))))
    assert found == {name for name, known in catalogue().items() if FACTS[key](known)}
    assert 0 < len(found) < len(catalogue())


def test_words_are_there_for_every_role_and_cost_class() -> None:
    assert {role for one in catalogue().values() for role in one.roles} == set(ROLE_WORDS)
    assert {one.cost_class for one in catalogue().values()} == set(COST_WORDS)


def test_other_spellings_are_told() -> None:
    assert aliases("silu") == ("swish_1",)
    assert "h_swish" in aliases("hard_swish")
    assert aliases("relu") == ()
