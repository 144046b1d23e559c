"""The page of the documentation that shows every verdict, generated from the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from models.experiments import EXPERIMENTS
from rules.verdicts import REFUTED_FACTOR, WORDS, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "verification.md"

_TOP = """# Verification

A rule may name an experiment: a small computation that can confirm or refute what it claims. `actwise rules verify`
runs the experiment of every rule, `actwise rules verify ID` that of one; with `--write` the results go to
`rules/knowledge/verification.json` and to this page, which a test holds equal. How a rule names an experiment is told
in [rules](rules.md).

## How a claim is judged

- An experiment gives one score per candidate and seed, higher where the candidate does better in the sense of what is
  measured. Two groups are compared: what the rule is for with what it is against, or with the usual candidates that it
  does not speak of. The effect is the difference of the groups' medians, averaged over seeds, with its 90 % interval
  (Student's t). Experiments without chance have one seed and no interval.
- *supported*: the interval lies on the claimed side of zero and the effect is not negligible. *refuted*: on the other
  side likewise. *not seen*: anything else. A claim that something costs nothing (`not worse`) is supported when the
  interval lies above minus the negligible size, and refuted when it lies below.
- A refuted claim keeps {factor:.0f} % of its size, and its evidence says so. Small dense networks do not overrule a
  source about large ones, so the rest of the claim stays. What was not seen keeps its size; the rule's card says so.
- Rules that exclude keep excluding; their verdict is only shown.
- Results belong to a claim: a rule whose claim, candidates or parameters change has no verdict until it is run again.

Networks are small and dense, weights start by the published scheme unless told otherwise, and training is in float32
from fixed seeds. A verdict is about the mechanism in such networks; where a rule speaks of large ones, its sources do.
An interval covers seeds (initial weights, batches, synthetic data), not the choice of the data set.

## What was changed after a first look

The experiments were not fixed in advance, so the count of supported rules is flattering. After first results:

- Groups were narrowed to what the sentence compares: `reproducible-predictions-want-smooth-functions` (refuted, then
  supported), `float16-likes-bounded-ranges` (not seen, then supported), `smooth-rectifiers-need-their-own-gain` and
  `int8-favours-clamped-rectifiers` (refuted, then not seen).
- Experiments were made longer or larger: plasticity, 20 tasks at one higher rate for 10
  (`continual-learning-loses-rectifiers`: refuted, then supported); adversarial training, 200 steps for 100
  (`adversarial-training-wants-smooth-functions`: refuted, then not seen); small data, a split for each seed
  (`small-data-outweighs-the-function`: refuted, then not seen).
- The negligible size of trained accuracy went from 0.25 to 0.5 points, half the margin of a tie
  (`few-dead-units-cost-nothing`: not seen, then supported); the fitted image's ratio was capped at 40 dB.
- `focal-loss-for-very-rare-positives` lost its experiment, whose score was one that no focal loss can win.
"""


def page(verdicts: Mapping[str, Verdict]) -> str:
    """The whole page, from results by rule id."""
    counts = Counter(one.verdict for one in verdicts.values())
    totals = ", ".join(f"{counts[name]} {word}" for name, word in WORDS.items())
    seconds = sum(one.seconds for one in verdicts.values())
    return "\n".join(
        [
            _TOP.format(factor=100 * REFUTED_FACTOR),
            f"## Results\n\n{len(verdicts)} rules: {totals}; {seconds:.0f} seconds if each is run by itself.\n",
            "| rule | experiment | better | than | measured | 90 % interval | unit | verdict |",
            "|---|---|---|---|---|---|---|---|",
            *(
                _row(name, verdicts[name])
                for name in sorted(verdicts, key=lambda name: (_ORDER[verdicts[name].verdict], name))
            ),
            "\n## Experiments\n",
            "| experiment | what is run | what is measured | unit | negligible | seeds |",
            "|---|---|---|---|---|---|",
            *(
                f"| {one.id} | {one.runs} | {one.measures} | {one.unit} | {one.negligible:g} | {one.replicates} |"
                for one in EXPERIMENTS.values()
            ),
            "",
        ]
    )


_ORDER = {name: place for place, name in enumerate(("refuted", "not_seen", "supported"))}


def _row(name: str, one: Verdict) -> str:
    told = "".join(f", {key} {value}" for key, value in one.parameters.items() if _told(one.experiment, key, value))
    these = _names(one.these) + (" (not worse)" if one.expect == "not_worse" else "")
    interval = f"{one.low:+.3g} to {one.high:+.3g}" if len(one.seeds) > 1 else "exact"
    cells = (name, one.experiment + told, these, _names(one.those), f"{one.measured:+.3g}", interval, one.unit)
    return f"| {' | '.join(cells)} | {WORDS[one.verdict]} |"


def _told(experiment: str, key: str, value: object) -> bool:
    """Whether a parameter is not at its default."""
    return EXPERIMENTS[experiment].complete({})[key] != value


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
