"""How a choice's weights start, as lines that a person likes to read."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.answer import Initialization, OtherStart

_WORDS = {
    "pytorch_default": "PyTorch's default",
    "keras_default": "Keras's default",
    "flax_default": "Flax's default",
    "he": "He",
    "pytorch_gain": "PyTorch's calculate_gain",
    "forward_gain": "exact forward gain",
    "backward_gain": "exact backward gain",
    "recommended": "recommended",
}


def start_lines(advice: Initialization, framework: str | None) -> Iterator[str]:
    """The call in the caller's framework (PyTorch when none was named), other starts, and known conflicts.

    Nothing for choices that come without other starts and conflicts, which are all but the first.
    """
    if not advice.alternatives and not advice.conflicts:
        return
    call = getattr(advice.calls, framework or "pytorch")
    yield from (f"> {line}" for line in (call or "").splitlines())
    for other in advice.alternatives:
        yield f"= gain {other.gain:.4f}: {_outcome(other)} ({', '.join(_WORDS[word] for word in other.starts)})"
    for conflict in advice.conflicts:
        yield f"? {conflict.claim} [{'; '.join(citation.title for citation in conflict.citations)}]"


def _outcome(other: OtherStart) -> str:
    return f"first over last gradient 10^{other.gradient_decades:+.1f}, variance at the end {other.variance_last:.2g}"
