"""`actwise learn`: learn anew from past probes, and say what came of it."""

from __future__ import annotations

import sys
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
    skill = content["skill"]
    lines = (
        f"learned from {races} races, {here} of them probes of this installation",
        f"skill on data sets that were left out: {skill['skill']:.2f}, at least {skill['skill_low']:.2f}",
        f"90 % intervals held {100 * skill['coverage']:.0f} % of what was measured",
        "nothing learned counts: the skill is not beyond doubt"
        if content["weight"] == 0
        else f"effects count {content['weight']:g} times",
        "restart `actwise serve` for its answers to change",
    )
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main("--forget" in sys.argv[1:]))
