"""Every answer of a web service carries the security headers and repeats nothing of what was sent."""

import pytest
from fastapi import FastAPI

from tocsin.runtime.web import SECURITY_HEADERS, create_web
from web_client import ask


@pytest.fixture
def app() -> FastAPI:
    app = create_web("test")

    @app.get("/number/{number}")
    def number(number: int) -> dict[str, int]:
        if number == 0:
            raise RuntimeError("Amina")
        return {"number": number}

    return app


PATHS = [("/health/live", 200), ("/number/5", 200), ("/number/Amina", 422), ("/Amina", 404), ("/number/0", 500)]


@pytest.mark.parametrize(("path", "status"), PATHS)
def test_headers_are_on_every_answer_and_nothing_is_echoed(app: FastAPI, path: str, status: int) -> None:
    answer = ask(app, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Amina" not in answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_interface_is_not_described_to_strangers(app: FastAPI, path: str) -> None:
    assert ask(app, path).status_code == 404


def test_the_policy_allows_no_script_and_no_frame() -> None:
    policy = SECURITY_HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
