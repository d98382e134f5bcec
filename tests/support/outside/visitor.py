"""Somebody who uses pages as people do: by what a control is and is called, with a mouse or by keyboard alone."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from axe import fits, violations
from chromium import PATIENCE, Tab

MOST_STOPS = 300
"""Of Tab on one page, before somebody without a mouse gives up."""
_POINT = """function() {
  const box = this.getClientRects()[0] || this.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const there = document.elementFromPoint(x, y);
  return [x, y, !!there && (this === there || this.contains(there) || there.contains(this))];
}"""
_CHOSEN = "function() { return [this.selectedOptions[0], ...this.options].map(option => option.innerText) }"
_HAS_FOCUS = "function() { return document.activeElement === this }"
_STEPS_TO = """function() {
  const all = [...document.getElementsByName(this.name)].filter(each => each.form === this.form);
  const here = all.indexOf(document.activeElement);
  return here < 0 ? null : all.indexOf(this) - here;
}"""


@dataclass(frozen=True)
class Way:
    """How somebody uses the pages. by_mouse: otherwise by keyboard alone. looks: every page on the way is examined."""

    language: str
    scripts: bool
    by_mouse: bool = True
    looks: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{'scripts' if self.scripts else 'plain'}{'' if self.by_mouse else '-keyboard'}"


@dataclass
class Visitor:
    """One person with a browser. said: the words of the pages, by their keys, in the language of the browser.

    examined: what was examined before, by anybody; a page that differs only in ids is not examined again.
    """

    tab: Tab
    way: Way
    url: str
    said: Callable[..., Any]
    examined: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        agent = self.tab.run("navigator.userAgent")
        self.tab.do("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=self.way.language)
        self.tab.do("Emulation.setScriptExecutionDisabled", value=not self.way.scripts)
        self.tab.do("Network.setBlockedURLs", urls=["https://*"])

    def keep(self, cookie: str, value: str) -> None:
        self.tab.do("Network.setCookie", name=cookie, value=value, url=self.url, httpOnly=True, sameSite="Strict")

    def open(self, path: str) -> None:
        self.tab.open(f"{self.url}{path}")
        self._arrived()

    def follow(self, name: str) -> None:
        """A link."""
        self._go("link", name)

    def push(self, name: str) -> None:
        """A button that leads to another page."""
        self._go("button", name)

    def strike(self, key: str) -> None:
        """One key, with Alt: the access key of a control that leads to another page."""
        event = {"key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper()), "modifiers": 1}

        def press() -> None:
            self.tab.tell("Input.dispatchKeyEvent", type="rawKeyDown", **event)
            self.tab.tell("Input.dispatchKeyEvent", type="char", text=key, unmodifiedText=key, **event)

        self.tab.then_loaded(press)
        self._arrived()

    def save(self, name: str, folder: Path) -> bytes:
        """What a link gives as a file."""
        told = {"behavior": "allow", "downloadPath": str(folder), "browserContextId": self.tab.context}
        self.tab.do("Browser.setDownloadBehavior", **told)
        before = set(folder.iterdir())
        self._use("link", name)
        until = monotonic() + PATIENCE
        while monotonic() < until:
            for file in set(folder.iterdir()) - before:
                if file.suffix != ".crdownload" and file.stat().st_size:
                    return file.read_bytes()
            sleep(0.02)
        raise TimeoutError(f"{name} gave no file")

    def unfold(self, name: str) -> None:
        self._use("DisclosureTriangle", name)

    def jump(self, name: str) -> None:
        """A link to another place of the page."""
        self._use("link", name)

    def write(self, name: str, text: str, group: str = "") -> None:
        """Into a field, in place of what it holds. group: of what question, if others have fields that are called so."""
        field = self._reached("textbox", name, group)
        self._ask(field, "function() { this.select() }")
        self.tab.type(text)

    def set_day(self, name: str, day: date) -> None:
        """In a field of a date, part by part as this browser orders them."""
        self._set(self._reached("Date", name), f"{day:%m%d%Y}", day.isoformat())

    def set_time(self, name: str, at: time) -> None:
        """As ``set_day``, of the hours of a day."""
        self._set(self._reached("InputTime", name), f"{at:%I%M%p}", f"{at:%H:%M}")

    def choose(self, name: str, option: str) -> None:
        """From a list, as people find an entry there: by its first letters."""
        field = self._reached("combobox", name)
        for n, letter in enumerate(str(option), 1):
            say = self.tab.do if n == len(str(option)) else self.tab.tell  # without pauses, which would begin it anew
            say("Input.dispatchKeyEvent", type="char", text=letter, key=letter)
        chosen = self._ask(field, _CHOSEN)
        assert _plain(chosen[0]) == _plain(str(option)), f"{chosen[0]} is chosen, and not {option}, of {chosen[1:]}"

    def mark(self, name: str, role: str = "radio", group: str = "") -> None:
        """A radio button or a box. group: of what question, if others have the same answers."""
        node = self._found(role, name, group)
        if self.way.by_mouse:
            self._click(node)
        elif role == "checkbox":
            self._tab_to(node, name)
            self.tab.press("Space")
        else:
            self._arrow_to(node, name)
        assert self._ask(node, "function() { return this.checked }"), f"{name} is not marked"

    def there_is(self, role: str, name: str) -> bool:
        return bool(self._all(role, name))

    def enter(self) -> None:
        """Send the form whose field has the focus."""
        self.tab.press("Enter", leads_away=True)
        self._arrived()

    def sees(self, text: object) -> bool:
        """Whether the page says this, however it is broken into lines."""
        return " ".join(str(text).split()) in " ".join(self.tab.text.split())

    def arrives(self, path: str) -> None:
        """Wait for a page to which another leads by itself."""
        until = monotonic() + PATIENCE
        while self.tab.path != path or self.tab.run("document.readyState") != "complete":
            assert monotonic() < until, f"{self.tab.path} is open, and not {path}"
            sleep(0.02)

    @property
    def heading(self) -> str:
        return " ".join(str(self.tab.run("(document.querySelector('h1') || document.body).innerText")).split())

    def _go(self, role: str, name: str) -> None:
        self.tab.then_loaded(lambda: self._use(role, name, leads_away=True))
        self._arrived()

    def _arrived(self) -> None:
        if self.way.looks and str(self.tab.run("location.href")).startswith(self.url):
            self.examine()

    def examine(self) -> None:
        """Accessible, and never wider than a small window; once for each kind of page."""
        path, heading, shape = self.tab.run(_SHAPE)
        kind = (_without_ids(path), self.way.language, heading, shape)
        if kind in self.examined:
            return
        self.examined.add(kind)
        unfolded = self.tab.run(_UNFOLDED)
        assert violations(self.tab) == [], path
        self.tab.size(320)
        assert fits(self.tab), f"{path} is wider than a small window"
        self._picture(kind, 320)
        self.tab.size(1280)
        self._picture(kind, 1280)
        self.tab.run(f"document.querySelectorAll('details').forEach((each, n) => each.open = {unfolded}.includes(n))")

    def _picture(self, kind: tuple[str, ...], width: int) -> None:
        """For people to look at, where they have said in which folder."""
        if folder := os.environ.get("TOCSIN_PICTURES"):
            self.tab.picture(
                Path(folder) / f"{kind[0].strip('/').replace('/', '-')}.{kind[1]}.{len(self.examined)}.{width}.png"
            )

    def _use(self, role: str, name: str, leads_away: bool = False) -> None:
        node = self._found(role, name)
        if self.way.by_mouse:
            self._click(node, leads_away)
        else:
            self._tab_to(node, name)
            (self.tab.hit if leads_away else self.tab.press)("Enter")

    def _reached(self, role: str, name: str, group: str = "") -> str:
        """The field, which then has the focus."""
        node = self._found(role, name, group)
        if self.way.by_mouse:
            self._ask(node, "function() { this.scrollIntoView({block: 'center'}); this.focus() }")
        else:
            self._tab_to(node, name)
        return node

    def _set(self, field: str, typed: str, value: str) -> None:
        for letter in typed:
            self.tab.do("Input.dispatchKeyEvent", type="char", text=letter, key=letter)
        found = self._ask(field, "function() { return this.value }")
        assert found == value, f"it says {found}, and not {value}"

    def _click(self, node: str, leads_away: bool = False) -> None:
        self._ask(node, "function() { this.scrollIntoView({block: 'center'}) }")
        x, y, is_free = self._ask(node, _POINT)
        assert is_free, "something lies above it"
        event = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.tab.do("Input.dispatchMouseEvent", type="mouseMoved", **event)
        self.tab.do("Input.dispatchMouseEvent", type="mousePressed", **event)
        say = self.tab.tell if leads_away else self.tab.do
        say("Input.dispatchMouseEvent", type="mouseReleased", **event)

    def _tab_to(self, node: str, name: str) -> None:
        for _ in range(MOST_STOPS):
            if self._ask(node, _HAS_FOCUS):
                return
            self.tab.press("Tab")
        raise AssertionError(f"{name} cannot be reached by keyboard")

    def _arrow_to(self, node: str, name: str) -> None:
        """Radio buttons are one stop for Tab, and arrows choose among them."""
        for _ in range(MOST_STOPS):
            steps = self._ask(node, _STEPS_TO)
            if steps is not None:
                break
            self.tab.press("Tab")
        else:
            raise AssertionError(f"{name} cannot be reached by keyboard")
        self.tab.press("Space")
        for _ in range(abs(steps)):
            self.tab.press("ArrowDown" if steps > 0 else "ArrowUp")

    def _found(self, role: str, name: str, group: str = "") -> str:
        """The one that is called so, or else whose name begins so. Fails if there are none."""
        found = self._all(role, name, self._found("group", group) if group else "")
        assert found, f"{self.tab.path} has no {role} “{name}”"
        return found[0]

    def _all(self, role: str, name: str, within: str = "") -> list[str]:
        within = within or self.tab.do("Runtime.evaluate", expression="document")["result"]["objectId"]
        nodes = self.tab.do("Accessibility.queryAXTree", objectId=within, role=role)["nodes"]
        named = [(_plain(node["name"]["value"]), node["backendDOMNodeId"]) for node in nodes if not node["ignored"]]
        wanted = _plain(str(name))
        exact = [node for called, node in named if called == wanted]
        begins = [node for called, node in named if called.startswith(wanted)]
        return [self.tab.do("DOM.resolveNode", backendNodeId=node)["object"]["objectId"] for node in exact or begins]

    def _ask(self, node: str, function: str) -> Any:
        asked = {"objectId": node, "functionDeclaration": function, "returnByValue": True}
        return self.tab.do("Runtime.callFunctionOn", **asked)["result"].get("value")


_SHAPE = """[
  location.pathname,
  (document.querySelector('h1') || document.body).innerText,
  [...document.querySelectorAll('main [id], main [role], main form, .notice')]
    .map(part => part.localName + part.className).sort().join(),
]"""
"""Where a page is, and what kinds of parts it has."""
_UNFOLDED = "[...document.querySelectorAll('details')].flatMap((each, n) => each.open ? [n] : [])"
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))


def _plain(text: str) -> str:
    """Without the marks that keep directions apart, which nobody sees."""
    return " ".join(text.translate(_ISOLATES).split())


def _without_ids(path: str) -> str:
    return "/".join("…" if any(c.isdigit() for c in part) else part for part in path.split("/"))
