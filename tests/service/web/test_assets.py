"""The files that pages load: what was vendored is what it says, and browsers may keep what they have."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.http.app import WEB

VENDOR = WEB / "static" / "vendor"
OWN_SCRIPTS = sorted((WEB / "static").glob("*.js"))


def checksums() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def test_vendored_files_are_those_whose_checksums_are_written_down() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    del found["SHA256SUMS"]
    assert found == checksums()


def test_every_vendored_library_has_its_licence_beside_it() -> None:
    for library in VENDOR.glob("*.min.js"):
        licence = library.with_name(library.name.replace(".min.js", ".LICENSE.txt")).read_text()
        assert re.search(r"\d+\.\d+\.\d+", licence.splitlines()[0])
        assert "permission" in licence.lower()


@pytest.mark.parametrize("path", OWN_SCRIPTS, ids=lambda path: path.name)
def test_own_scripts_stay_small_and_make_no_code_of_text(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 150
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)


def test_a_file_asked_for_by_its_version_is_kept_for_ever(client: FlaskClient) -> None:
    page = client.get("/").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]*)"', page):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/static/style.css", "/static/style.css?v=old"])
def test_another_version_is_asked_for_again(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_files_are_compressed_for_those_who_read_that(client: FlaskClient) -> None:
    plain = client.get("/static/style.css")
    packed = client.get("/static/style.css", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        "/static/style.css", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["", "nothing.js", "../templates/base.html", "%2e%2e/templates/base.html"])
def test_nothing_else_can_be_had(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404
