"""The catalogue holds exactly the contract's names, and a wrong name is answered with the nearest one."""

from __future__ import annotations

import pytest

from actwise.contract.names import ACTIVATIONS
from models.activations import Activation, UnknownActivation, catalogue, get, hidden_candidates


def test_the_catalogue_has_the_contract_names_in_order() -> None:
    assert tuple(catalogue()) == ACTIVATIONS
    assert all(name == activation.name for name, activation in catalogue().items())


def test_the_catalogue_is_read_only() -> None:
    with pytest.raises(TypeError):
        catalogue()["relu"] = get("tanh")  # type: ignore[index]


@pytest.mark.parametrize(("spelling", "name"), [("ReLU", "relu"), ("Leaky-ReLU", "leaky_relu"), ("siren", "sine")])
def test_aliases_and_other_spellings_are_understood(spelling: str, name: str) -> None:
    assert get(spelling) is catalogue()[name]


def test_an_unknown_name_is_refused_with_the_nearest_spelling() -> None:
    with pytest.raises(UnknownActivation) as caught:
        get("geluu")
    assert isinstance(caught.value, KeyError)
    assert (caught.value.sent, caught.value.nearest) == ("geluu", "gelu")
    assert "did you mean 'gelu'?" in str(caught.value)


def test_a_name_like_no_other_is_refused_with_the_whole_list() -> None:
    with pytest.raises(UnknownActivation) as caught:
        get("zzz")
    assert caught.value.nearest is None
    assert str(caught.value).endswith(", ".join(ACTIVATIONS))


def test_hidden_candidates_are_elementwise_and_stand_alone() -> None:
    names = {activation.name for activation in hidden_candidates()}
    assert {"relu", "silu", "prelu", "identity"} <= names
    assert names.isdisjoint({"softmax", "log_softmax", "exp", "log_sigmoid", "swiglu"})


def test_titles_are_distinct() -> None:
    titles = [activation.title for activation in catalogue().values()]
    assert len(set(titles)) == len(titles)


def test_relative_costs_are_in_units_of_relu() -> None:
    assert get("relu").relative_cost == 1.0


def test_an_activation_without_apply_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        type("Nothing", (Activation,), {})()
