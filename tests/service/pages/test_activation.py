"""The page of one function holds what catalogue, rules and precedents know about it."""

from __future__ import annotations

import pytest

from models.activations import catalogue
from models.heads.catalogue import HEADS
from service.http.reference import Reference
from service.pages.activation import ActivationView, activation_view
from service.pages.portrait import figure, portrait


def view(reference: Reference, name: str) -> ActivationView:
    return activation_view(reference.activations[name], reference.rules, reference.sources)


def fact(found: ActivationView, name: str) -> str:
    return next(one.value for one in (*found.facts, *found.start, *found.exports) if one.name == name)


@pytest.mark.parametrize("name", catalogue())
def test_every_function_has_a_page(reference: Reference, name: str) -> None:
    found = view(reference, name)
    assert found.title == catalogue()[name].title
    assert found.portrait.value.startswith("M")
    assert all(one.value and "nan" not in one.value and "None" not in one.value for one in found.facts)
    assert all(one.link and one.about for one in found.sources)
    assert name not in {one.name for one in found.alike}


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        ("relu", "Range", "0 to ∞"),
        ("relu", "Without gradient", "−∞ to 0"),
        ("relu", "Smoothness", "continuous, with kinks"),
        ("relu", "Symmetry", "scales with its input"),
        ("tanh", "Range", "−1 to 1"),
        ("tanh", "Symmetry", "odd"),
        ("tanh", "Saturates", "at both ends"),
        ("sine", "Symmetry", "odd, periodic"),
        ("gelu", "Range", "−0.17 to ∞"),
        ("gelu", "Symmetry", "none"),
        ("gelu", "ONNX, from opset 20", "Gelu"),
        ("elu", "Smoothness", "once continuously differentiable"),
        ("exp", "Largest slope", "unbounded"),
        ("softmax", "Mean", "none: it depends on the whole row"),
        ("prelu", "Learns a", "from 0.25"),
        ("relu", "Forward gain", "1.414"),
        ("tanh", "cuDNN", "plain RNN, LSTM, GRU"),
        ("identity", "TensorFlow Lite", "nothing to compute"),
    ],
)
def test_facts_are_told_in_words(reference: Reference, name: str, row: str, value: str) -> None:
    assert fact(view(reference, name), row) == value


def test_functions_of_a_row_have_no_gains(reference: Reference) -> None:
    assert [one.name for one in view(reference, "softmax").start] == ["Usual start"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("swiglu", "product of both"), ("softmax", "others held"), ("swish", "first values"), ("relu", "")],
)
def test_it_is_told_what_facts_and_curve_are_about(reference: Reference, name: str, words: str) -> None:
    subject = view(reference, name).subject
    assert words in subject
    assert bool(subject) == bool(words)


def test_a_framework_without_the_function_is_listed_without_lines(reference: Reference) -> None:
    code = {one.title: one.lines for one in view(reference, "gelu").code}
    assert code["PyTorch"] == 'torch.nn.GELU(approximate="none")'
    assert code["scikit-learn"] is None


@pytest.mark.parametrize(("name", "first"), [("gelu", "gelu_tanh"), ("silu", "swish"), ("softplus", "squareplus")])
def test_the_function_most_alike_comes_first(reference: Reference, name: str, first: str) -> None:
    assert view(reference, name).alike[0].name == first


@pytest.mark.parametrize("name", ["swiglu", "softmax", "exp"])
def test_what_cannot_be_compared_has_nothing_alike(reference: Reference, name: str) -> None:
    assert view(reference, name).alike == ()


def test_output_heads_are_found_by_their_activation(reference: Reference) -> None:
    assert len(view(reference, "softplus").heads) == sum(head.activation == "softplus" for head in HEADS.values()) > 0


def test_a_source_without_a_page_is_named_by_its_key(reference: Reference) -> None:
    found = activation_view(reference.activations["relu"], reference.rules, ())
    assert [(one.title, one.link) for one in found.sources] == [("glorot2011", None), ("he2015", None)]


def test_a_drawing_that_is_cut_says_so(reference: Reference) -> None:
    assert portrait(reference.activations["exp"].curve).cut
    assert not portrait(reference.activations["tanh"].curve).cut


def test_the_table_beside_the_drawing_holds_its_numbers(reference: Reference) -> None:
    curve = reference.activations["tanh"].curve
    rows = portrait(curve).rows
    assert rows[0] == ("−5", f"{curve.value[0]:.4f}", f"{curve.slope[0]:.4f}")
    assert ("0", "0.0000", "1.0000") in rows
    assert rows[-1][0] == "5"


def test_marks_lie_inside_of_the_drawing_and_leave_zero_to_the_axes(reference: Reference) -> None:
    for one in reference.activations.values():
        drawn = portrait(one.curve)
        assert all(0 <= tick.place <= drawn.width and tick.words != "0" for tick in drawn.across)
        assert all(0 <= tick.place <= drawn.height and tick.words != "0" for tick in drawn.down)
        assert 0 <= drawn.zero_down <= drawn.height
        assert drawn.down


@pytest.mark.parametrize(("value", "words"), [(-0.5, "−0.5"), (0.0, "0"), (1e-7, "1e−07"), (1.23456, "1.235")])
def test_numbers_are_written_with_a_real_minus_sign(value: float, words: str) -> None:
    assert figure(value) == words
