"""The documentation says everything that the code offers, and nothing that it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from pydantic import BaseModel

from actwise.cli import exits
from actwise.cli.main import app
from actwise.contract import answer, diagnosis, evidence, request, vocabulary
from actwise.contract.names import ACTIVATIONS
from actwise.contract.reading import read_json, read_request
from models.data.bundled import BUNDLED
from service.advice import decision
from service.http.problems import PROBLEMS
from service.settings import SETTINGS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), ROOT / "client" / "README.md"])
WORD_LISTS = (
    vocabulary.TASKS,
    vocabulary.LAYER_TYPES,
    vocabulary.COMPUTE_BUDGETS,
    vocabulary.NORMALIZATIONS,
    vocabulary.CELLS,
    vocabulary.MODALITIES,
    vocabulary.ROLES,
    BUNDLED,
)
ASKED = (
    request.TaskDescription,
    request.Target,
    request.Deployment,
    request.HeadWish,
    request.Block,
    request.ProbeData,
    request.Probe,
)
ANSWERED = (
    answer.Recommendation,
    answer.Assumption,
    answer.HiddenChoice,
    answer.OutputChoice,
    answer.Initialization,
    answer.OtherStart,
    answer.StartConflict,
    answer.Cost,
    answer.Flip,
    answer.Scope,
    answer.Receipt,
    answer.Race,
    answer.RaceEntry,
    answer.ProbeReport,
    evidence.Evidence,
    evidence.Citation,
    evidence.Effect,
)
DIAGNOSED = (
    diagnosis.DiagnosisRequest,
    diagnosis.Network,
    diagnosis.Layer,
    diagnosis.Diagnosis,
    diagnosis.Finding,
    diagnosis.Proof,
    diagnosis.Fix,
    diagnosis.CheckDone,
)


def page(name: str) -> str:
    return (DOCS / name).read_text()


def missing(words: Iterable[str], text: str) -> list[str]:
    """The words that do not stand in the text as code."""
    return [word for word in words if f"`{word}`" not in text]


def the_commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


@pytest.mark.parametrize("model", ASKED, ids=lambda model: model.__name__)
def test_every_field_that_can_be_asked_is_in_the_guide(model: type[BaseModel]) -> None:
    assert missing(model.model_fields, page("guide.md")) == []


@pytest.mark.parametrize("model", ANSWERED, ids=lambda model: model.__name__)
def test_every_field_that_is_answered_is_in_the_guide(model: type[BaseModel]) -> None:
    assert missing(model.model_fields, page("guide.md")) == []


@pytest.mark.parametrize("model", DIAGNOSED, ids=lambda model: model.__name__)
def test_every_field_of_a_diagnosis_is_in_the_doctors_page(model: type[BaseModel]) -> None:
    assert missing(model.model_fields, page("doctor.md")) == []


@pytest.mark.parametrize("words", WORD_LISTS, ids=lambda words: next(iter(words)))
def test_every_word_of_the_vocabulary_is_in_the_guide(words: tuple[str, ...]) -> None:
    assert missing(words, page("guide.md")) == []


def test_the_guide_names_every_activation_and_no_other() -> None:
    names = page("guide.md").partition("### Names")[2].partition("Canonical:")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"`([a-z0-9_]+)`", names)) == sorted(ACTIVATIONS)


def test_the_guide_tells_the_numbers_of_the_decision() -> None:
    text = " ".join(page("guide.md").split())
    assert f"exceeds {decision.MARGIN:g} point is at least {decision.CREDIBLE:.0%}".replace("%", " %") in text
    assert f"must exceed {decision.CLEARLY_WORSE:g} points" in text


def test_every_command_is_documented_and_no_other() -> None:
    table = page("command-line.md").partition("## Where")[0]
    assert set(re.findall(r"^\| `([a-z]+)[` ]", table, re.MULTILINE)) == set(the_commands())


@pytest.mark.parametrize("command", sorted(the_commands()))
def test_every_flag_is_documented(command: str) -> None:
    found = the_commands()[command]
    flags = [
        flag
        for one in (found, *getattr(found, "commands", {}).values())
        for option in one.params
        if option.param_type_name == "option"
        for flag in (*option.opts, *option.secondary_opts)
        if flag != "--help"
    ]
    text = page("command-line.md")
    assert [flag for flag in flags if not re.search(rf"[` ]{flag}(?![\w-])", text)] == []


def test_the_exit_codes_are_documented_and_no_others() -> None:
    table = page("command-line.md").partition("## Exit codes")[2]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == sorted(exits.MEANINGS)


def test_every_setting_is_documented() -> None:
    operators_pages = "\n".join(path.read_text() for path in (DOCS / "api.md", DOCS / "operations.md") if path.exists())
    assert missing([setting.environment for setting in SETTINGS], operators_pages) == []


def test_every_error_code_is_documented() -> None:
    assert missing(PROBLEMS, page("api.md")) == []


def test_every_page_can_be_found_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)", (ROOT / "README.md").read_text()))
    assert linked == {f"docs/{path.name}" for path in DOCS.glob("*.md")}


def links(path: Path) -> Iterator[tuple[Path, str]]:
    """(file, anchor) of every link of a page to a file of this project."""
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([\w-]+))?\)", path.read_text()):
        yield (path.parent / target if target else path), anchor


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_leads_nowhere(path: Path) -> None:
    found = list(links(path))
    assert [str(target) for target, _ in found if not target.exists()] == []
    assert [anchor for target, anchor in found if anchor and anchor not in anchors(target.read_text())] == []


@pytest.mark.parametrize("block", re.findall(r"^```yaml\n(.*?)^```", page("guide.md"), re.MULTILINE | re.DOTALL))
def test_the_yaml_examples_of_the_guide_are_valid_requests(block: str) -> None:
    assert read_request(yaml.safe_load(block)).layers


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "api.md"], ids=lambda path: path.name)
def test_the_bodies_sent_by_curl_are_valid_requests(path: Path) -> None:
    bodies = re.findall(r"-d '(\{.*?\})'", path.read_text())
    assert bodies
    for body in bodies:
        assert json.loads(body)
        read_json(body)
