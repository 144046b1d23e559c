"""Building the kernels: with and without a compiler, once and again."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from models.kernels import build as building
from models.kernels import library as loading
from models.kernels.build import build, compiler, library_path

needs_compiler = pytest.mark.skipif(compiler() is None, reason="no C compiler")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for libraries, and a copy of some of the sources."""
    sources = tmp_path / "source"
    sources.mkdir()
    for name in ("vector.h", "adam.c"):
        shutil.copy(building.SOURCE / name, sources)
    monkeypatch.setattr(building, "SOURCE", sources)
    monkeypatch.setattr(building, "BUILT", tmp_path / "built")
    return tmp_path


@needs_compiler
@pytest.mark.skipif(os.environ.get(loading.SWITCH) == "off", reason="the kernels are switched off")
def test_where_there_is_a_compiler_the_kernels_were_built_and_are_used() -> None:
    assert loading.library() is not None, build()


@needs_compiler
@pytest.mark.usefixtures("elsewhere")
def test_a_library_is_built_once_and_found_again() -> None:
    assert "built kernels" in build()
    assert library_path().exists()
    assert ctypes.CDLL(str(library_path())).adam
    written = library_path().stat().st_mtime_ns
    assert "up to date" in build()
    assert library_path().stat().st_mtime_ns == written


@needs_compiler
def test_other_sources_make_another_library_and_the_older_one_goes(elsewhere: Path) -> None:
    build()
    older = library_path()
    with (elsewhere / "source" / "adam.c").open("a") as source:
        source.write("\n/* another remark */\n")
    assert library_path() != older
    assert not library_path().exists()
    build()
    assert library_path().exists()
    assert not older.exists()


def test_without_a_compiler_a_line_says_what_follows(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(elsewhere))
    monkeypatch.delenv("CC", raising=False)
    assert "no C compiler found" in build()
    assert not library_path().exists()


def test_a_compiler_that_fails_leaves_nothing_behind_and_is_quoted(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = elsewhere / "broken-cc"
    failing.write_text("#!/bin/sh\necho out of spirits >&2\nexit 3\n")
    failing.chmod(failing.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CC", f"{failing} -v")
    said = build()
    assert "broken-cc failed" in said
    assert "out of spirits" in said
    assert list((elsewhere / "built").iterdir()) == []


def test_a_compiler_named_in_cc_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    assert compiler() is None


def test_a_processor_without_avx2_gets_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading.np, "show_config", lambda **_: {"SIMD Extensions": {"found": ["X86_V2"]}})
    monkeypatch.setattr(loading.platform, "machine", lambda: "x86_64")
    assert loading.library.__wrapped__() is None


def test_the_switch_leaves_the_kernels_out() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from models.kernels.library import library; print(library())"],
        env={**os.environ, loading.SWITCH: "off"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "None"
