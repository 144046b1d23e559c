"""How groups of candidates are compared, and what parameters an experiment takes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from models.experiments import EXPERIMENTS, ParameterFault, UnknownExperiment, compare, get_experiment

_ONE = get_experiment("gradient-ratio")


def test_one_seed_gives_an_effect_without_an_interval() -> None:
    found = compare({"a": np.array([3.0])}, {"b": np.array([1.0])}, unit="dB")
    assert (found.effect, found.low, found.high) == (2.0, 2.0, 2.0)


def test_the_interval_is_students_over_seeds() -> None:
    first, second = np.array([3.0, 5.0, 4.0]), np.array([1.0, 1.0, 1.0])
    found = compare({"a": first}, {"b": second}, unit="dB")
    reach = t.ppf(0.95, 2) * np.std([2.0, 4.0, 3.0], ddof=1) / np.sqrt(3)
    assert found.effect == pytest.approx(3.0)
    assert (found.low, found.high) == pytest.approx((3 - reach, 3 + reach))


def test_one_failure_does_not_speak_for_a_group() -> None:
    good, ruined = np.array([1.0, 1.0]), np.array([-1e9, -1e9])
    found = compare({"a": good}, {"b": good, "c": good, "d": ruined}, unit="dB")
    assert found.effect == 0.0
    assert found.details == {"a": 1.0, "b": 1.0, "c": 1.0, "d": -1e9}


def test_parameters_left_out_take_their_defaults_and_the_first_of_words() -> None:
    assert _ONE.complete({"depth": 5})["depth"] == 5
    assert _ONE.complete({})["start"] == "standard"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"depht": 3}, "did you mean 'depth'"),
        ({"depth": "three"}, "depth is a number"),
        ({"depth": True}, "depth is a number"),
        ({"residual": 1}, "residual is a truth value"),
        ({"normalization": "rms"}, "one of none, batch, layer"),
    ],
)
def test_a_faulty_parameter_is_refused_with_what_is_allowed(given: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterFault, match=message):
        _ONE.complete(given)  # type: ignore[arg-type]  # the faults are the point


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ParameterFault, match=r"depht.*; .*start is one of"):
        _ONE.complete({"depht": 3, "start": "hee"})


def test_an_unknown_experiment_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownExperiment, match="did you mean 'gradient-ratio'"):
        get_experiment("gradient-ration")


def test_a_run_is_a_function_of_its_arguments() -> None:
    first, again = (_ONE.run(["relu"], ["sigmoid"], {"depth": 4, "width": 16}, [0, 1]) for _ in range(2))
    other = _ONE.run(["relu"], ["sigmoid"], {"depth": 4, "width": 16}, [2, 3])
    assert first == again
    assert first.effect != other.effect


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_it_does_and_can_run_its_usual_candidates(name: str) -> None:
    one = EXPERIMENTS[name]
    complete = one.complete({})
    assert one.id == name
    assert one.negligible > 0
    assert one.replicates >= 1
    assert all((one.runs, one.measures, one.unit))
    assert len(one.rest(complete)) >= 2
    assert all(one.takes(candidate, complete) for candidate in one.rest(complete))
    assert not one.takes("softmax", complete)
