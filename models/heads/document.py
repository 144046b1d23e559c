"""The page docs/heads.md, made from the catalogue: `python -m models.heads.document > docs/heads.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from models.heads.catalogue import HEADS, Head
from models.heads.catalogue.carries import CARRIES, KINDS
from models.heads.code import head_code
from models.heads.limits import FORMATS, LIMITS, limit_text, limits_for
from models.heads.losses import CLOSED_LOSSES, LOSSES

_INTRODUCTION = """# Output heads

A head is a bundle that does not come apart: the activation of the last layer, how many units it has, the loss, whether
that takes raw outputs, what is done to targets, the bias to start from, and what to apply when predicting. This page is
made from the catalogue (`python -m models.heads.document > docs/heads.md`), and a test holds it to the code.

Lines to paste come from one set of templates (`models/heads/code`). `make snippets` executes them in PyTorch, Keras
and JAX: the loss equals ours on raw outputs of size 1, 12, 50 and 1,000 and on counts above 5,000, within 2e-5 of its
size in float32 (1e-3 where logarithms of factorials cancel) and 1e-8 in float64; predictions equal ours within 1e-4;
PyTorch's gradients equal ours within 1e-6 of the largest. Keras runs on the JAX backend. Where lines are missing, the
loss is no formula of raw outputs and targets alone (a sum over all paths, a second network), or the framework lacks a
function: Keras has no Bessel function. scikit-learn's networks have fixed heads; they clip probabilities at the
machine's epsilon, so that their losses stop growing at about 36 per row.
"""


def document() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_kinds(), *_limits(), "## The heads\n", *_heads()])


def _kinds() -> Iterator[str]:
    yield "## Which head carries which kind of target\n"
    yield "| kind | target | heads |"
    yield "|---|---|---|"
    for key, heads in CARRIES.items():
        links = ", ".join(f"[`{head}`](#{head})" for head in heads)
        yield f"| {key} | {KINDS[key]} | {links} |"
    yield ""


def _limits() -> Iterator[str]:
    yield "## Where each number format gives way\n"
    yield "Computed from the bits of exponent and mantissa (`models/heads/limits.py`), z being a raw output.\n"
    yield "| | " + " | ".join(one.name for one in FORMATS) + " |"
    yield "|---|" + "---|" * len(FORMATS)
    for name, words in LIMITS.items():
        yield f"| {words} | " + " | ".join(f"{getattr(one, name):.4g}" for one in FORMATS) + " |"
    yield ""


def _heads() -> Iterator[str]:
    for head in HEADS.values():
        yield f"### {head.id}\n"
        yield f"{head.title[0].upper()}{head.title[1:]}. For {', '.join(sorted(head.tasks))}.\n"
        yield from (f"- {name}: {text}" for name, text in _bundle(head))
        yield ""


def _bundle(head: Head) -> Iterator[tuple[str, str]]:
    yield "activation", f"`{head.activation}`; units: {head.units}"
    loss = LOSSES.get(head.loss) or CLOSED_LOSSES.get(head.loss)
    formula = f": `{loss.formula}`" if loss else ""
    yield "loss", f"`{head.loss}`{formula}" if loss else head.loss
    yield "loss takes raw outputs", "yes" if head.from_logits else "no"
    yield "targets", head.target_transform
    yield "bias to start from", head.bias_initialization
    yield "prediction", head.at_inference
    yield "lines to paste", _frameworks(head)
    for name in limits_for(head.activation, head.loss):
        yield "limit", f"{LIMITS[name]}: {limit_text(name)}"
    yield from (("caution", caution) for caution in head.cautions)
    yield "sources", ", ".join(head.sources)


def _frameworks(head: Head) -> str:
    code = head_code(head.id)
    names = {"PyTorch": code.pytorch, "Keras": code.keras, "JAX": code.jax, "scikit-learn": code.sklearn}
    return ", ".join(name for name, text in names.items() if text) or "none"


if __name__ == "__main__":
    sys.stdout.write(document())
