"""Somebody who uses pages as people do: by what a control is and is called, with a mouse or by keyboard alone."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from axe import fits, violations
from chromium import SMALL_WINDOW, WINDOW, expect

MOST_STOPS = 300
"""Of Tab on one page, before somebody without a mouse gives up."""
_HAS_FOCUS = """on => {
  const here = document.activeElement;
  return here === on || on.type === 'radio' && here.name === on.name && here.form === on.form;
}"""
"""Radio buttons are one stop."""


@dataclass(frozen=True)
class Way:
    """How somebody uses the pages. by_mouse: otherwise by keyboard alone. looks: every page on the way is examined."""

    language: str
    scripts: bool
    by_mouse: bool = True
    looks: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{'scripts' if self.scripts else 'plain'}{'' if self.by_mouse else '-keyboard'}"

    @property
    def context(self) -> dict[str, Any]:
        """What the browser is set to: parameters of ``Browser.new_context``."""
        return {"locale": self.language, "java_script_enabled": self.scripts}


@dataclass
class Visitor:
    """One person with a browser. said: the words of the pages, by their keys, in the language of the browser.

    examined: what was examined before, by anybody; a page that differs only in ids is not examined again.
    """

    page: Page
    way: Way
    url: str
    said: Callable[..., Any]
    examined: set[tuple[str, ...]] = field(default_factory=set)

    def keep(self, cookie: str, value: str) -> None:
        kept = {"name": cookie, "value": value, "url": self.url, "httpOnly": True, "sameSite": "Strict"}
        self.page.context.add_cookies([kept])

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")
        self._arrived()

    def follow(self, name: str) -> None:
        """A link."""
        self._go("link", name)

    def push(self, name: str) -> None:
        """A button that leads to another page."""
        self._go("button", name)

    def press(self, name: str) -> None:
        """A button, after which one page leads to another by itself: see ``arrives``."""
        self._use(self._found("button", name))

    def strike(self, key: str) -> None:
        """One key, with Alt: the access key of a control that leads to another page.

        Chromium heeds the character alone, and Playwright sends none with Alt.
        """
        session = self.page.context.new_cdp_session(self.page)
        with self.page.expect_navigation():
            session.send("Input.dispatchKeyEvent", {"type": "char", "text": key, "unmodifiedText": key, "modifiers": 1})
        self._arrived()

    def save(self, name: str, role: Literal["link", "button"] = "link") -> bytes:
        """What a link or a button gives as a file."""
        with self.page.expect_download() as download:
            self._use(self._found(role, name))
        return download.value.path().read_bytes()

    def unfold(self, name: str) -> None:
        self._use(self.page.locator("summary").filter(has_text=_called(name)).first)

    def jump(self, name: str) -> None:
        """A link to another place of the page."""
        self._use(self._found("link", name))

    def write(self, name: str, text: str, group: str = "") -> None:
        """Into a field, in place of what it holds. group: of what question, if others have fields that are called so."""
        self._reached("textbox", name, group)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def set_day(self, name: str, day: date) -> None:
        """In a field of a date, part by part as this browser orders them."""
        self._set(name, f"{day:%m%d%Y}", day.isoformat())

    def set_time(self, name: str, at: time) -> None:
        """As ``set_day``, of the hours of a day."""
        self._set(name, f"{at:%I%M%p}", f"{at:%H:%M}")

    def choose(self, name: str, option: str) -> None:
        """From a list, as people find an entry there: by its first letters, and by arrows from there."""
        field, wanted = self._reached("combobox", name), _plain(option)
        self.page.keyboard.press("Home")
        self.page.keyboard.type(re.match("[ -~]*", wanted)[0])  # type: ignore[index]
        for _ in range(MOST_STOPS):
            if _plain(field.evaluate("list => list.selectedOptions[0].innerText")) == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option} is not in the list {name}")

    def mark(self, name: str, role: str = "radio", group: str = "") -> None:
        """A radio button or a box. group: of what question, if others have the same answers."""
        box = self._found(role, name, group)
        if self.way.by_mouse:
            box.check()
        elif role == "checkbox":
            self._tab_to(box)
            self.page.keyboard.press("Space")
        else:
            self._arrow_to(box)
        expect(box).to_be_checked()

    def there_is(self, role: str, name: str) -> bool:
        return bool(self._found(role, name).count())

    def enter(self) -> None:
        """Send the form whose field has the focus."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self._arrived()

    def sees(self, text: object) -> bool:
        """Whether the page says this, however it is broken into lines."""
        return " ".join(str(text).split()) in " ".join(self.text.split())

    def arrives(self, path: str) -> None:
        """Wait for a page to which another leads by itself."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)
        self._arrived()

    @property
    def text(self) -> str:
        return self.page.inner_text("body")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1, body:not(:has(h1))").first.inner_text().split())

    def _go(self, role: str, name: str) -> None:
        with self.page.expect_navigation():
            self._use(self._found(role, name))
        self._arrived()

    def _arrived(self) -> None:
        if self.way.looks and self.page.url.startswith(self.url):
            self.examine()

    def examine(self) -> None:
        """Accessible, and never wider than a small window; once for each kind of page."""
        path, heading, shape = self.page.evaluate(_SHAPE)
        kind = (_without_ids(path), self.way.language, heading, shape)
        if kind in self.examined:
            return
        self.examined.add(kind)
        unfolded = self.page.evaluate(_UNFOLDED)
        assert violations(self.page) == [], path
        self.page.set_viewport_size(SMALL_WINDOW)
        assert fits(self.page), f"{path} is wider than a small window"
        self._picture(kind, "small")
        self.page.set_viewport_size(WINDOW)
        self._picture(kind, "large")
        self.page.evaluate(
            f"document.querySelectorAll('details').forEach((each, n) => each.open = {unfolded}.includes(n))"
        )

    def _picture(self, kind: tuple[str, ...], size: str) -> None:
        """For people to look at, where they have said in which folder."""
        if folder := os.environ.get("TOCSIN_PICTURES"):
            name = f"{kind[0].strip('/').replace('/', '-')}.{kind[1]}.{len(self.examined)}.{size}.png"
            self.page.screenshot(path=Path(folder) / name, full_page=True)

    def _use(self, control: Locator) -> None:
        if self.way.by_mouse:
            control.click()
        else:
            self._tab_to(control)
            self.page.keyboard.press("Enter")

    def _reached(self, role: str, name: str, group: str = "") -> Locator:
        """The field, which then has the focus."""
        field = self._found(role, name, group)
        if self.way.by_mouse:
            field.focus()
        else:
            self._tab_to(field)
        return field

    def _set(self, name: str, typed: str, value: str) -> None:
        field = self._reached("textbox", name)
        self.page.keyboard.type(typed)
        expect(field).to_have_value(value)

    def _tab_to(self, control: Locator) -> None:
        """Tab is held until the control has the focus."""
        stop, stops = control.element_handle(), 0
        while not stop.evaluate(_HAS_FOCUS):
            assert stops < MOST_STOPS, f"{control} cannot be reached by keyboard"
            self.page.keyboard.down("Tab")
            stops += 1
        self.page.keyboard.up("Tab")

    def _arrow_to(self, button: Locator) -> None:
        """Among those that are one stop for Tab arrows go round."""
        self._tab_to(button)
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if button.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _found(self, role: str, name: str, group: str = "") -> Locator:
        """The first that is called so, or else whose name begins so."""
        within: Any = self._found("group", group) if group else self.page
        exact = within.get_by_role(role, name=re.compile(f"{_called(name).pattern}$"))
        return (exact if exact.count() else within.get_by_role(role, name=_called(name))).first


_SHAPE = """[
  location.pathname,
  (document.querySelector('h1') || document.body).innerText,
  [...document.querySelectorAll('main [id], main [role], main form, .notice')]
    .map(part => part.localName + part.className).sort().join(),
]"""
"""Where a page is, and what kinds of parts it has."""
_UNFOLDED = "[...document.querySelectorAll('details')].flatMap((each, n) => each.open ? [n] : [])"
_MARKS = "[\u2066-\u2069\u200e\u200f]*"
"""Those that keep directions apart, which nobody sees."""


def _plain(text: str) -> str:
    return " ".join(re.sub(_MARKS, "", str(text)).split())


def _called(name: str) -> re.Pattern[str]:
    """Names that begin so, whichever marks stand around their words; in the syntax of scripts."""
    parts = (re.escape(part).replace("/", r"\/") for part in re.split(r"\b", _plain(name)))
    return re.compile("^" + _MARKS.join(parts))


def _without_ids(path: str) -> str:
    return "/".join("…" if any(c.isdigit() for c in part) else part for part in path.split("/"))
