"""A passkey as people use it: registered by an invitation, and shown at the door of the console."""

import json
import re
from html import unescape
from typing import Any

import httpx

from authenticator import Authenticator
from operating import Browser, csrf_of


def options_of(page: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unescape(re.findall(r'data-options="([^"]*)"', page.text)[0]))
    return found


def register(browser: Browser, code: str, device: Authenticator) -> httpx.Response:
    page = browser.post("/register", csrf_of(browser.ask("/register")), invitation=code)
    if page.status_code != 200:
        return page
    return browser.post("/register/passkey", csrf_of(page), credential=device.create(options_of(page)))


def sign_in(browser: Browser, device: Authenticator, wanted: str = "/") -> httpx.Response:
    page = browser.ask(f"/sign-in/passkey?next={wanted}")
    return browser.post("/sign-in/passkey", csrf_of(page), credential=device.get(options_of(page)))
