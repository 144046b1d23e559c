"""What an answer did not check: always speed and uniform layers, and a mixture that nobody compared."""

from __future__ import annotations

import pytest

from service.advice.gaps import mixes, not_checked
from tests.rules.situations import situation


@pytest.mark.parametrize(
    ("firsts", "known", "said"),
    [
        (["relu"], False, False),
        (["relu", "relu"], False, False),
        (["relu", "tanh", "relu"], False, True),
        (["relu", "hard_swish"], True, False),
        ([], False, False),
    ],
)
def test_a_mixture_is_a_gap_unless_it_was_compared(firsts: list[str], known: bool, said: bool) -> None:
    gaps = not_checked([situation()], None, firsts, known)
    assert any(gap.startswith("the mixture") for gap in gaps) == said


def test_the_mixture_names_each_function_once() -> None:
    (gap,) = (one for one in not_checked([], None, ["relu", "tanh", "relu"], False) if one.startswith("the mixture"))
    assert "relu and tanh together" in gap


def test_what_was_never_measured_is_said_last() -> None:
    assert [gap.split(":")[0] for gap in not_checked([situation()], None, ["relu"], False)][-2:] == [
        "speed on your device",
        "whether different activations in different layers would help",
    ]


def test_one_block_and_equal_blocks_do_not_mix() -> None:
    assert not mixes([])
    assert not mixes(["relu", "relu"])
    assert mixes(["relu", "gelu"])
