"""`actwise rules`: words, names and flags, and verification."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from actwise.cli.main import app

_FAST = "hard-gates-stop-learning-when-shut"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["rules", *arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.stdout


@pytest.mark.parametrize("words", [(_FAST,), ("show", _FAST), ("--json", _FAST), ("show", "--json", _FAST)])
def test_what_is_no_word_of_the_group_is_the_name_of_a_rule(words: tuple[str, ...]) -> None:
    code, printed = run(*words)
    assert code == 0
    assert _FAST in printed


def test_a_rule_is_shown_with_its_verdict() -> None:
    verification = json.loads(run(_FAST, "--json")[1])["verification"]
    assert verification["verdict"] == "supported"
    assert verification["low"] <= verification["measured"] <= verification["high"]


def test_a_rule_is_shown_with_its_record_in_past_probes() -> None:
    printed = run("saturating-dense-nets-trail-slightly")[1]
    assert "put to the test in" in printed
    assert "90 % interval" in printed
    assert "no probe has put it to the test" in run(_FAST)[1]


def test_the_list_as_data_tells_the_same_as_each_rule() -> None:
    name = "saturating-dense-nets-trail-slightly"
    listed = {rule["id"]: rule for rule in json.loads(run("--json")[1])["items"]}
    assert listed[name] == json.loads(run(name, "--json")[1])
    assert listed[name]["agreement"]["rule"] == name


def test_the_scoreboard_is_printed_with_shares_and_intervals() -> None:
    code, printed = run("scoreboard")
    assert code == 0
    assert all(word in printed for word in ("tasks", "decided", "agreeing", "interval", "lead", " to "))


def test_verify_prints_claim_effect_interval_verdict_and_seconds() -> None:
    code, printed = run("verify", _FAST)
    assert code == 0
    assert all(word in printed for word in ("claim", "measured", "90 % interval", "verdict", "seconds", "supported"))


def test_verify_prints_plain_data_too() -> None:
    found = json.loads(run("verify", _FAST, "--json")[1])
    assert found[_FAST]["verdict"] == "supported"


def test_verifying_an_unknown_rule_is_refused_and_one_without_experiment_is_faulty() -> None:
    assert run("verify", "no-such-rule")[0] == 4
    assert run("verify", "exp-overflows-float16")[0] == 2
