"""A browser without scripts: keeps cookies, fills in forms, follows redirects, and notes every address and page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

Fields = dict[str, str | list[str]]
Typed = Mapping[str, str | list[str]]


@dataclass(slots=True)
class Seen:
    """What browsers saw, each with what had been asked: pages by address; addresses that were led to, or linked."""

    pages: list[tuple[str, bytes, str]] = field(default_factory=list)
    addresses: set[tuple[str, str]] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self.links: list[str] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif self.forms:
            self._control(tag, given)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        fields, kind = self.forms[-1][1], given.get("type", "text")
        if tag in ("select", "textarea"):
            self._select = given["name"]
            fields.setdefault(given["name"], "")
        elif tag == "option" and "selected" in given:
            fields[self._select] = given.get("value", "")
        elif tag == "input" and kind not in ("radio", "checkbox", "submit"):
            fields[given.get("name", "")] = given.get("value", "")
        elif tag == "input" and "checked" in given:
            fields[given["name"]] = given.get("value", "")


@dataclass(slots=True)
class Browser:
    """At one site. last: the page that is open."""

    client: httpx.Client
    seen: Seen
    last: httpx.Response | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, base: str, seen: Seen) -> "Browser":
        client = httpx.Client(base_url=base, timeout=30, follow_redirects=False)
        return cls(client, seen)

    def get(self, path: str, **over: str) -> httpx.Response:
        return self._ask("GET", path, {}, over)

    def post(self, path: str, fields: Typed) -> httpx.Response:
        return self._ask("POST", path, fields, {})

    def submit(self, action: str, typed: Typed) -> httpx.Response:
        """The form of the open page whose action ends so, as it is, with what was typed. Raises LookupError."""
        for address, fields in self._parsed().forms:
            if address.partition("?")[0].endswith(action):
                return self.post(address, {**fields, **typed})
        raise LookupError(action)

    def actions(self) -> list[str]:
        return [address for address, _ in self._parsed().forms]

    def fields(self, action: str) -> Fields:
        return next(fields for address, fields in self._parsed().forms if address.endswith(action))

    def links(self) -> list[str]:
        return self._parsed().links

    def _parsed(self) -> _Forms:
        parser = _Forms()
        assert self.last is not None
        parser.feed(self.last.text)
        return parser

    def _ask(self, method: str, path: str, fields: Typed, headers: Mapping[str, str]) -> httpx.Response:
        told, asked = {**self.headers, **headers}, f"{path} {dict(fields)}"
        answer = self.client.request(method, path, data=dict(fields) or None, headers=told)
        while answer.is_redirect:
            self.seen.addresses.add((answer.headers["location"], asked))
            answer = self.client.get(answer.headers["location"], headers=self.headers)
        if answer.is_server_error:
            raise RuntimeError(f"{method} of a page was answered with {answer.status_code}: see the log of its service")
        self.last = answer
        if "text/html" in answer.headers.get("content-type", ""):
            parsed = self._parsed()
            led = [*parsed.links, *(address for address, _ in parsed.forms)]
            self.seen.addresses |= {(address, asked) for address in led}
        self.seen.pages.append((f"{method} {answer.url}", answer.content, asked))
        return answer
