"""From a network to a diagnosis: every check once, findings by weight, and what nobody looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

import actwise
from actwise.contract.diagnosis import CheckDone, Diagnosis, Finding, Network
from service.doctor.checks import CHECKS
from service.doctor.proofs.toy import plural
from service.doctor.view import NetworkView

ReadAs = Literal["network", "pytorch", "keras", "yaml"]

_WEIGHT = {"error": 0, "warning": 1, "advice": 2}

NOT_CHECKED = (
    "whether the data, their labels and their scaling are what the description says",
    "learning rate, its schedule, batch size, number of steps and gradient clipping",
    "whether shapes fit from layer to layer",
    "regularisation other than where dropout, weight decay and normalisation meet an activation",
    "whether sizes are large enough for the task",
    "custom layers and losses, whose names say nothing",
    "what happens during training: units that die later, saturation, overfitting",
)
_TEXT_ONLY = {
    "pytorch": (
        "functions and additions that forward() applies without a module, which a print does not show",
        "the order of execution where forward() differs from the order of the print",
        "weights that were drawn in another way than PyTorch's default",
    ),
    "keras": ("activations and initial weights, which a summary shows only where they are layers of their own",),
}


def diagnose(network: Network, read_as: ReadAs, unread: tuple[str, ...] = ()) -> Diagnosis:
    """What is wrong with a network. Pure and deterministic: the same network gives the same answer, byte for byte.

    `unread` are lines of the caller's text that nobody understood; they only appear in the answer.
    """
    view = NetworkView(network, read_as)
    ran = [check.run(view) for check in CHECKS]
    findings = tuple(sorted((finding for _, found in ran for finding in found), key=_order))
    done = tuple(verdict for verdict, _ in ran)
    return Diagnosis(
        id=diagnosis_id(network, read_as, unread),
        network=network,
        read_as=read_as,
        unread=unread,
        summary=_summary(view, findings, done),
        findings=findings,
        checks=done,
        not_checked=(*NOT_CHECKED, *_TEXT_ONLY.get(read_as, ())),
        version=actwise.__version__,
    )


def diagnosis_id(network: Network, read_as: str, unread: Sequence[str] = ()) -> str:
    """ "dia_" and 20 hexadecimal digits of SHA-256 over all that the answer depends on, as canonical JSON."""
    content = {
        "network": network.model_dump(mode="json", exclude_none=True),
        "read_as": read_as,
        "unread": list(unread),
        "version": actwise.__version__,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"dia_{hashlib.sha256(canonical.encode()).hexdigest()[:20]}"


def _order(finding: Finding) -> tuple[int, tuple[int, ...], str]:
    return _WEIGHT[finding.severity], finding.layers, finding.check


def _summary(view: NetworkView, findings: Sequence[Finding], done: Sequence[CheckDone]) -> tuple[str, ...]:
    """One to three sentences: how much was found, the heaviest finding with its number, and what is missing."""
    sentences = [_counted(view, findings, done)]
    if findings:
        first = findings[0]
        sentences.append(f"{first.message} {_sentence(first.proof.sentence)}" if first.proof else first.message)
    skipped = sum(one.verdict == "not_checked" for one in done)
    if skipped:
        reasons = [one.because for one in done if one.verdict == "not_checked" and one.because]
        often = max(dict.fromkeys(reasons), key=reasons.count)
        sentences.append(f"{plural(skipped, 'check')} could not be made, most often since {often}.")
    return tuple(sentences)


def _counted(view: NetworkView, findings: Sequence[Finding], done: Sequence[CheckDone]) -> str:
    size = plural(len(view.layers), "layer")
    if not findings:
        clear = sum(one.verdict == "clear" for one in done)
        return f"Nothing was found in {size}; {plural(clear, 'check')} came out clear."
    words = {"error": "error", "warning": "warning", "advice": "hint"}
    counts = {word: sum(one.severity == severity for one in findings) for severity, word in words.items()}
    told = [plural(count, word) for word, count in counts.items() if count]
    return f"{' and '.join([', '.join(told[:-1])] * (len(told) > 1) + told[-1:])} in {size}."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
