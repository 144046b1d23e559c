"""Faults, assumptions and what was said are shown at the fields that they are about."""

from __future__ import annotations

import pytest

from actwise.contract.answer import Assumption
from actwise.contract.faults import Fault
from service.pages.form_view import EXAMPLE, Cell, FormView, form_view
from service.pages.questions import read_question


def cell(form: FormView, key: str) -> Cell:
    return next(one for one in form.cells() if one.key == key)


def refused(**values: str) -> FormView:
    sent = {**EXAMPLE, **values}
    return form_view(sent, read_question(sent.items()).faults)


def test_every_fault_stands_at_its_own_field_at_once() -> None:
    form = refused(depth="x", **{"target.zero_share": "7", "layers.1.depth": "0", "layers.0.layer_type": "conv"})
    places = {"depth", "target.zero_share", "layers.1.depth", "layers.1.layer_type"}
    assert {one.key for one in form.faulty} == places
    assert form.stray == ()
    assert form.opened


def test_what_stands_below_a_field_is_brief_and_the_summary_tells_all() -> None:
    form = refused(task="clasification")
    assert form.said()["say-task"] == ("not known: did you mean 'classification'?", True)
    assert "reinforcement_learning" in form.faulty[0].faults[0]


def test_a_fault_inside_a_list_stands_at_the_list() -> None:
    form = form_view(EXAMPLE, [Fault(pointer="/allow/1", code="invalid", message="too long")])
    assert cell(form, "allow").faults == ("too long",)


def test_faults_of_a_probe_are_told_with_its_fields_and_open_nothing() -> None:
    form = refused(**{"probe.seconds": "0", "probe.data.ignore": "a; b", "probe.seeds": "x"})
    assert [one.key for one in form.faulty] == ["probe.seconds", "probe.seeds"]
    assert not form.opened
    assert form_view(EXAMPLE, [Fault(pointer="/probe/network_steps", code="invalid", message="no")]).stray


@pytest.mark.parametrize("pointer", ["", "/colour", "/layers"])
def test_a_fault_without_a_field_is_told_above(pointer: str) -> None:
    form = form_view(EXAMPLE, [Fault(pointer=pointer, code="invalid", message="no")])
    assert len(form.stray) == 1
    assert form.stray[0].endswith(": no")
    assert form.faulty == ()


def test_a_fault_in_one_of_the_four_fields_opens_nothing() -> None:
    assert not refused(depth="x").opened


def test_what_was_assumed_stands_at_the_field() -> None:
    form = form_view(EXAMPLE, (), [Assumption(field="normalization", value="batch", because="usual")])
    assert cell(form, "normalization").said == "taken: batch, usual"


def test_what_was_said_beyond_four_fields_can_be_left_out_again() -> None:
    form = form_view({**EXAMPLE, "residual": "true", "prefer": "balanced"})
    assert [(one.label, one.words) for one in form.stated] == [("residual", "true")]
    assert form.stated[0].link == "/?task=classification&layer_type=conv&depth=8&compute_budget=low&prefer=balanced"


def test_parts_of_a_network_are_left_out_together() -> None:
    form = form_view({**EXAMPLE, "layers.0.layer_type": "conv", "layers.1.layer_type": "recurrent"})
    assert [(one.label, one.words) for one in form.stated] == [("hidden layers", "2 parts")]
    assert "layers" not in form.stated[0].link


def test_blocks_have_rows_and_further_ones_on_demand() -> None:
    assert len(form_view({**EXAMPLE, "layers.1.depth": "2"}).blocks) == 2
    assert len(form_view(EXAMPLE, empty_blocks=3).blocks) == 3
    assert len(form_view({**EXAMPLE, "layers.999.depth": "2"}, empty_blocks=99).blocks) == 32


def test_every_place_below_a_field_has_an_id_of_its_own() -> None:
    slots = [one.slot for one in form_view(EXAMPLE, empty_blocks=2).cells()]
    assert len(slots) == len(set(slots))
