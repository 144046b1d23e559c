"""Lines to paste for a head, in PyTorch, Keras, JAX and scikit-learn, from one set of templates.

A template is a body in terms of z (raw outputs), y (targets on the head's own scale) and words in braces, which
each framework spells its own way. Where a framework has a stable function of its own for a loss, that is used.
"""

from __future__ import annotations

from functools import cache
from textwrap import indent

from actwise.contract.answer import Code
from models.heads.catalogue import get_head
from models.heads.code.frames import ARGUMENTS, FRAMES, OWN_LOSSES
from models.heads.code.predictions import PREDICTIONS
from models.heads.code.sklearn import SKLEARN
from models.heads.code.templates import OF_HEADS, TEMPLATES, Template
from models.heads.code.words import WORDS, filled, helpers_of
from models.heads.head import Head

__all__ = ["head_code"]


@cache
def head_code(head_id: str, classes: int | None = None, outputs: int = 1) -> Code:
    """Lines for a head with so many classes and targets; a framework in which it cannot be said in few lines has None.

    Raises UnknownHead.
    """
    head = get_head(head_id)
    return Code(
        pytorch=_rendered(head, "pytorch", classes, outputs),
        keras=_rendered(head, "keras", classes, outputs),
        jax=_rendered(head, "jax", classes, outputs),
        sklearn=SKLEARN.get(head_id),
    )


def _rendered(head: Head, framework: str, classes: int | None, outputs: int) -> str | None:
    template = OF_HEADS.get(head.id) or TEMPLATES.get(head.loss)
    if template is None:
        return None
    words = dict(WORDS[framework], levels=str(classes or 2), outputs=str(outputs))
    loss = filled(OWN_LOSSES[framework].get(head.loss, template.loss), words)
    predict = filled(_prediction(head, template), words)
    if loss is None or predict is None:
        return None
    return FRAMES[framework].format(
        units=_units(head, template, classes, outputs),
        unit_words=head.units,
        shape=filled(template.y, words),
        bias=head.bias_initialization,
        target=head.target_transform,
        inference=head.at_inference,
        arguments=ARGUMENTS[framework],
        helpers=helpers_of(loss + predict, words),
        loss=indent(loss, "    "),
        predict=indent(predict, "    "),
    )


def _units(head: Head, template: Template, classes: int | None, outputs: int) -> int:
    return head.unit_count(classes, outputs) if head.trainable else template.units.number(classes or 2, outputs)


def _prediction(head: Head, template: Template) -> str:
    return PREDICTIONS[head.estimate or ""] if head.trainable else template.predict
