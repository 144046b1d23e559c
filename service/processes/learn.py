"""`actwise learn`: learn anew from past probes, and say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from service.processes.beginning import entry
from service.settings import Settings


def main(forget: bool = False) -> int:
    """Fit what is learned from past probes, the shipped ones and this installation's, and keep it in ACTWISE_HOME.

    `forget` goes back to what is shipped. Answers change with the next start of each process, and their receipts say
    so; nothing else ever changes what was learned.
    """
    return entry(_forget if forget else _learn)()


def _forget(settings: Settings) -> int:
    from service.learning.serving import own_file

    own_file(settings.home).unlink(missing_ok=True)
    sys.stdout.write("answers rest on what is shipped again\n")
    return 0


def _learn(settings: Settings) -> int:
    from models.prior.past import distinct, starting_history
    from rules import RuleSet
    from service.learning.refit import learn, write
    from service.learning.serving import own_file
    from service.learning.store import StoredHistory

    here = StoredHistory(settings.database_url).races()
    races = distinct((*starting_history(), *here))
    content, _ = learn(RuleSet.load(settings.house_rules), races)
    write(own_file(settings.home), content)
    sys.stdout.write(_told(content, len(races), len(here)))
    return 0


def _told(content: dict[str, Any], races: int, here: int) -> str:
    lines = (
        f"learned from {races} races, {here} of them probes of this installation",
        *(_line(name, voice, content["skill"][name].get("real")) for name, voice in content["voices"].items()),
        "restart `actwise serve` for its answers to change",
    )
    return "".join(f"{line}\n" for line in lines)


def _line(layer_type: str, voice: Mapping[str, Any], real: Mapping[str, Any] | None) -> str:
    """What one layer type's races came to."""
    if real is None:
        return f"{layer_type}: {voice['races']} races, none on real data: nothing counts"
    skill = (
        f"skill {real['skill']:.2f}, at least {real['skill_low']:.2f}, on {real['data_sets']} real data sets left out"
    )
    weight = f"effects count {voice['weight']:g} times" if voice["weight"] else "too little: nothing counts"
    return f"{layer_type}: {voice['races']} races, {skill}; {weight}"


if __name__ == "__main__":
    sys.exit(main("--forget" in sys.argv[1:]))
