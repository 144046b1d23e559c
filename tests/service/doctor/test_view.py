"""What the checks see: stages, the head, and what nobody told."""

from __future__ import annotations

import pytest

from service.doctor.view import Missing, NetworkView, normalization_kind
from tests.service.doctor.cases import act, cell, dense, drop, head, network, norm


def test_a_network_without_weights_has_no_output() -> None:
    with pytest.raises(Missing, match="layers"):
        _ = NetworkView(network([act("relu")])).output


def test_a_stage_reaches_to_the_next_layer_with_weights() -> None:
    view = NetworkView(network([dense(8), norm(), act("relu"), drop(), dense(1)]))
    assert [place for place, _ in view.stages[0].followers] == [1, 2, 3]
    assert [placed.name for placed in view.stages[0].activations] == ["relu"]


def test_no_word_about_the_activation_is_not_the_same_as_none() -> None:
    assert NetworkView(network(head(dense(1)))).head() == ()
    with pytest.raises(Missing, match="activation"):
        NetworkView(network(head(dense(1, None)))).head()


def test_an_activation_layer_tells_even_where_the_layer_before_is_silent() -> None:
    assert NetworkView(network(head(dense(1, None), act("sigmoid")))).head_name() == "sigmoid"


def test_a_layer_of_unknown_kind_at_the_end_hides_the_head() -> None:
    with pytest.raises(Missing, match="activation"):
        NetworkView(network(head(dense(1), {"kind": "other"}))).head()


def test_the_cell_of_a_recurrent_layer_is_no_activation_behind_it() -> None:
    view = NetworkView(network([cell(activation="relu"), dense(1)]))
    assert view.stages[0].activations == ()
    assert [placed.name for placed in view.hidden_uses] == ["relu"]


def test_the_activation_of_the_output_is_no_hidden_one() -> None:
    view = NetworkView(network(head(dense(10), act("softmax"))))
    assert [placed.name for placed in view.hidden_uses] == ["relu"]


def test_a_print_leaves_additions_open_unless_it_is_one_sequence() -> None:
    named = [dense(8, name="a"), dense(1, name="b")]
    with pytest.raises(Missing, match="residual"):
        _ = NetworkView(network(named), "pytorch").plain
    assert NetworkView(network(named, residual=True), "pytorch").plain is False
    assert NetworkView(network([dense(8, name="net.0"), dense(1, name="net.1")]), "pytorch").plain
    assert NetworkView(network(named), "yaml").plain


def test_width_is_the_commonest_one() -> None:
    assert NetworkView(network([dense(8), dense(16), dense(16), dense(1)])).width == 16
    assert NetworkView(network([dense(None), dense(1)])).width == 64


@pytest.mark.parametrize(
    ("name", "kind"),
    [("BatchNorm2d", "batch"), ("LayerNormalization", "layer"), ("RMSNorm", "rms"), ("Norm", None)],
)
def test_the_kind_of_a_normalisation_is_read_from_its_type(name: str, kind: str | None) -> None:
    assert normalization_kind(network([norm(name)]).layers[0]) == kind
