"""The contract of a check: what it says about itself, and what it finds in a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from actwise.contract.diagnosis import CheckDone, Finding, Fix, Proof, Severity
from service.doctor.citations import citation
from service.doctor.proofs.toy import plural
from service.doctor.view import Missing, NetworkView


@dataclass(frozen=True)
class Fault:
    """What a check found at some layers (places in `network.layers`; none for the network as a whole)."""

    layers: tuple[int, ...]
    message: str
    proof: Proof | None = None
    fix: Fix | None = None
    severity: Severity | None = None
    """instead of the check's own, where a case is milder"""
    where: str | None = None
    """a field of the description, where no layer is meant"""


_MOST = 20
"""Findings of one check that are shown; a network of thousands of layers may hold one in each."""

Find = Callable[[NetworkView], Iterator[Fault]]


@dataclass(frozen=True)
class Check:
    """One thing to look for.

    `needs` are the fields of the network that the check may ask for beyond its layers; `find` raises Missing for one of
    them when nobody told it. Errors and warnings carry a proof; advice may.
    """

    id: str
    title: str
    severity: Severity
    because: str
    needs: tuple[str, ...]
    citations: tuple[str, ...]
    find: Find

    def run(self, view: NetworkView) -> tuple[CheckDone, tuple[Finding, ...]]:
        """What became of the check in this network, and what it found."""
        faults: dict[str, list[Fault]] = {}
        missing = None
        try:
            for fault in self.find(view):
                faults.setdefault(_likeness(fault), []).append(fault)
        except Missing as lacking:
            missing = lacking.why
        found = tuple(self._finding(view, alike) for alike in islice(faults.values(), _MOST))
        if len(faults) > _MOST:
            missing = f"the first {_MOST} of {len(faults)} are shown"
        verdict = "found" if found else "clear" if missing is None else "not_checked"
        done = CheckDone(check=self.id, title=self.title, verdict=verdict, because=missing)
        return done, found

    def _finding(self, view: NetworkView, alike: list[Fault]) -> Finding:
        fault, more = alike[0], len(alike) - 1
        layers = tuple(dict.fromkeys(place for one in alike for place in one.layers))
        return Finding(
            check=self.id,
            severity=fault.severity or self.severity,
            where=fault.where or _names(view, layers),
            layers=layers,
            message=f"{fault.message} The same holds in {plural(more, 'more place')}." if more else fault.message,
            because=self.because,
            proof=fault.proof,
            fix=fault.fix,
            citations=tuple(map(citation, self.citations)),
        )


def check(
    id: str,  # noqa: A002
    title: str,
    *,
    severity: Severity,
    because: str,
    needs: tuple[str, ...] = (),
    citations: tuple[str, ...],
) -> Callable[[Find], Check]:
    """Make a check of the function that finds its faults."""
    return lambda find: Check(id, title, severity, because, needs, citations, find)


_NAMED = 4


def _likeness(fault: Fault) -> str:
    """The same for faults of one check that are one finding in several places: those with one proof."""
    proof = fault.proof.model_dump_json() if fault.proof else ""
    return f"{fault.severity} {fault.where} {proof}"


def _names(view: NetworkView, layers: tuple[int, ...]) -> str:
    if not layers:
        return "network"
    named = ", ".join(map(view.name, layers[:_NAMED]))
    return f"{named} and {len(layers) - _NAMED} more" if len(layers) > _NAMED else named
