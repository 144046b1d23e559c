"""`actwise rules test` and `actwise rules schema`: for writers of rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from actwise.cli.exits import FAULTY, fail
from actwise.contract.names import nearest_name


def run_cases(files: Sequence[Path], house: str | None, as_json: bool) -> int:
    """Run the cases in these files and print what is not as expected; the number of cases that failed."""
    _needs_service("cases need")
    from rules import RulesRefused
    from service.local import run_cases_of

    try:
        outcomes = run_cases_of(files, house)
    except RulesRefused as error:
        fail(str(error), FAULTY)
    failed = [one for one in outcomes if one.failures]
    if as_json:
        sys.stdout.write(json.dumps([one.model_dump(mode="json") for one in outcomes], indent=2) + "\n")
        return len(failed)
    for one in failed:
        place = f"{one.file}: {one.case}" if one.case else one.file
        sys.stdout.write("".join([f"{place}\n", *(f"  {failure}\n" for failure in one.failures)]))
    sys.stdout.write(f"{len(outcomes)} case(s), {len(failed)} failed\n")
    return len(failed)


def schema(what: str) -> None:
    """Print the JSON Schema of one kind of file."""
    _needs_service("the schema needs")
    from service.authoring.schemas import Kind, written

    kinds: tuple[Kind, ...] = get_args(Kind)
    found = next((kind for kind in kinds if kind == what), None)
    if found is None:
        near = nearest_name(what, kinds)
        hint = f"did you mean {near!r}? " if near else ""
        fail(f"--what {what}: {hint}It can be {', '.join(kinds)}", FAULTY)
    else:
        sys.stdout.write(written(found))


def _needs_service(what: str) -> None:
    if find_spec("service") is None:
        fail(f"{what} the server's packages: pip install actwise-server", FAULTY)
