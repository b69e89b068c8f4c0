"""The server of the site: built when it is missing or older than a verdict, closed to everything else."""

import os

import pytest
from starlette.testclient import TestClient

from qadam.errors import Usage
from qadam.publish.serve import Watched, _listen, application, headers
from qadam.publish.site import WRITTEN, build


@pytest.fixture
def served(invented, tmp_path):
    built = []

    def rebuild():
        built.append(1)
        build(invented.invented_world(), out=tmp_path / "site")

    watched = Watched(tmp_path / "site" / WRITTEN, (tmp_path / "runs",))
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return TestClient(application(tmp_path / "site", watched, rebuild=rebuild)), built


def test_the_first_look_builds_the_site_and_the_second_does_not(served):
    client, built = served
    assert "Open problems" in client.get("/").text and "Ашық" not in client.get("/").text
    assert client.get("/kk/").status_code == client.get("/problems/tokenizer-tax.html").status_code == 200
    assert client.get("/style.css").headers["content-type"].startswith("text/css")
    assert built == [1]


def test_a_newer_verdict_builds_it_again(served, tmp_path):
    client, built = served
    client.get("/")
    verdict = tmp_path / "runs" / "records" / "tokenizer-tax" / "laptop-abc" / "verdict.json"
    verdict.parent.mkdir(parents=True)
    verdict.write_text("{}", "utf-8")
    ahead = (tmp_path / "site" / WRITTEN).stat().st_mtime_ns + 1_000_000_000
    os.utime(verdict, ns=(ahead, ahead))
    client.get("/")
    assert built == [1, 1]


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/.hidden", "/nothing.html", "/a%00b", "/c:\\x"],
)
def test_nothing_else_has_an_address(served, path):
    answer = served[0].get(path)
    assert answer.status_code == 404 and "secret" not in answer.text


def test_pages_may_ask_nobody_else_for_anything(served):
    answer = served[0].get("/search.html")
    policy = answer.headers["content-security-policy"]
    assert policy == headers()["content-security-policy"] and "default-src 'none'" in policy
    assert "http" not in policy and "unsafe-inline'; img-src" in policy and "script-src 'sha256-" in policy


def test_an_address_in_use_is_told():
    with _listen("127.0.0.1", 0) as first, pytest.raises(Usage, match="cannot be used"):
        _listen("127.0.0.1", first.getsockname()[1])
