"""Published networks are counted where it is known what they use."""

from __future__ import annotations

from rules.precedents.store import Precedent, precedents
from service.pages.usage import hidden_usage, output_usage, use_counts

BASE = precedents()[0]


def network(name: str, **changes: object) -> Precedent:
    return BASE._replace(id=name, name=name, **changes)  # type: ignore[arg-type]


NETWORKS = [
    network("old", year=2012, layer_type="conv", hidden_activation="relu", output_activation="softmax"),
    network("new", year=2022, layer_type="conv", hidden_activation="gelu", output_activation=""),
    network(
        "plain",
        year=2020,
        layer_type="dense",
        hidden_activation="relu",
        output_activation="linear",
        domain="",
        task="regression",
    ),
    network("unknown", year=2021, layer_type="dense", hidden_activation="", output_activation="softmax"),
]


def test_the_newest_network_comes_first() -> None:
    assert [one.name for one in hidden_usage("relu", NETWORKS).networks] == ["plain", "old"]


def test_shares_are_by_kind_of_layer_among_those_of_which_it_is_known() -> None:
    found = hidden_usage("relu", NETWORKS)
    assert found.total == 3
    assert [(one.kind, one.count, one.total, one.percent) for one in found.shares] == [
        ("dense", 1, 1, 100),
        ("convolution", 1, 2, 50),
    ]


def test_words_that_mean_the_same_are_counted_together() -> None:
    assert [one.name for one in output_usage("identity", NETWORKS).networks] == ["plain"]
    assert output_usage("identity", NETWORKS).total == 3


def test_a_network_without_a_domain_is_told_by_its_task() -> None:
    assert hidden_usage("relu", NETWORKS).networks[0].domain == "regression"


def test_what_nobody_uses_has_no_networks() -> None:
    found = hidden_usage("snake", NETWORKS)
    assert found.networks == ()
    assert found.shares == ()


def test_every_shipped_network_is_found_under_what_it_uses() -> None:
    known = precedents()
    assert sum(len(hidden_usage(name, known).networks) for name in ("relu", "gelu", "tanh")) > 400
    assert all(one.source and one.name for one in hidden_usage("relu", known).networks)


def test_a_share_is_never_told_as_nothing() -> None:
    many = [network(str(place), layer_type="conv", hidden_activation="relu") for place in range(999)]
    rare = network("rare", layer_type="conv", hidden_activation="celu")
    assert hidden_usage("celu", [*many, rare]).shares[0].percent == 1


def test_a_network_counts_once_for_what_it_uses_anywhere() -> None:
    twice = network("twice", hidden_activation="tanh", output_activation="tanh")
    assert use_counts([*NETWORKS, twice]) == {"relu": 2, "gelu": 1, "softmax": 2, "identity": 1, "tanh": 1}
