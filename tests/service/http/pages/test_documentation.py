from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

PAGES = ["/docs"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page)
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert "<script" not in page
    assert not re.search(r"\s(?:style|on\w+)=", page)


@pytest.mark.parametrize("path", PAGES)
def test_pages_bring_a_policy_without_inline_code_or_other_hosts(client: FlaskClient, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", [*PAGES, "/static/style.css", "/static/icon.svg"])
def test_everything_that_a_page_loads_is_there(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    answer.close()


def test_the_documentation_links_only_to_places_that_exist(client: FlaskClient) -> None:
    page = client.get("/docs").text
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    for address in set(re.findall(r'href="(/[^"#]*)"', page)):
        answer = client.get(address)
        assert answer.status_code == 200, address
        answer.close()


def test_the_documentation_shows_every_operation_and_type(client: FlaskClient) -> None:
    page = client.get("/docs").text
    specification = client.get("/openapi.json").json
    for path, methods in specification["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in specification["components"]["schemas"]:
        assert f'id="type-{name}"' in page


def test_the_examples_name_the_address_that_the_caller_used(client: FlaskClient) -> None:
    assert "http://first.example/v1" in client.get("/docs", base_url="http://first.example").text
    # A page that was rendered for one caller must not show that caller's address to the next.
    assert "first.example" not in client.get("/docs", base_url="http://second.example").text
    assert "actwise.invalid" not in client.get("/docs").text


@pytest.mark.parametrize("path", [*PAGES, "/v1/rules", "/nowhere", "/static/style.css"])
def test_every_response_tells_browsers_to_guess_nothing(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    answer.close()
