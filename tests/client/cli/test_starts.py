"""The lines about a start: call, alternatives, conflicts."""

from __future__ import annotations

from actwise.cli.starts import start_lines
from actwise.contract.answer import Code, Initialization, OtherStart, StartConflict
from actwise.contract.evidence import Citation

BRIEF = Initialization(scheme="he_normal", gain=1.414, calls=Code(pytorch="one\ntwo", keras="three"))
FULL = BRIEF.model_copy(
    update={
        "alternatives": (
            OtherStart(starts=("keras_default", "flax_default"), gain=1, gradient_decades=-2.86, variance_last=2e-06),
        ),
        "conflicts": (StartConflict(claim="They differ.", citations=(Citation(source="a", title="A"),)),),
    }
)


def test_a_choice_without_comparison_gets_no_lines() -> None:
    assert list(start_lines(BRIEF, None)) == []


def test_the_call_is_that_of_the_callers_framework_and_else_of_pytorch() -> None:
    assert list(start_lines(FULL, None))[:2] == ["> one", "> two"]
    assert next(start_lines(FULL, "keras")) == "> three"


def test_a_framework_without_a_call_is_passed_over() -> None:
    assert next(start_lines(FULL, "sklearn")).startswith("= gain")


def test_other_starts_and_conflicts_are_told_in_words() -> None:
    assert list(start_lines(FULL, None))[2:] == [
        "= gain 1.0000: first over last gradient 10^-2.9, variance at the end 2e-06 (Keras's default, Flax's default)",
        "? They differ. [A]",
    ]
