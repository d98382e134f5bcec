"""Guarantee: in a real browser, no text that is accepted changes the order of what stands around its isolate."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pydantic import TypeAdapter, ValidationError

from tocsin.runtime.isolates import isolated
from tocsin_schemas.text import Line
from unicode_cases import DIRECTION, confusables, in_every_form, names

LINE: TypeAdapter[str] = TypeAdapter(Line)
AROUND = {"ltr": ("ab (12) ", " 34:56 [c] «d»"), "rtl": ("اب (12) ", " 34:56 [ج] «د»")}
PLAIN = "x"
ORDER = """[...document.querySelectorAll('p')].map(p => {
  const places = [];
  for (const node of p.childNodes) if (node.nodeType === Node.TEXT_NODE)
    for (let n = 0; n < node.length; n++) {
      const range = document.createRange();
      range.setStart(node, n); range.setEnd(node, n + 1);
      places.push([range.getBoundingClientRect().left, places.length]);
    }
  const inside = p.firstElementChild.getBoundingClientRect();
  places.push([inside.left + inside.width / 2, -1]);
  return places.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(place => place[1]).join(' ');
})"""
"""For each line, the characters around the isolate and the isolate itself (-1), from left to right as drawn."""


def _accepted(text: str) -> bool:
    try:
        return LINE.validate_python(text) == text
    except ValidationError:
        return False


def _page(pieces: list[str], direction: str) -> str:
    before, after = AROUND[direction]
    lines = "".join(f"<p>{before}{piece}{after}</p>" for piece in pieces)
    return f'<!doctype html><html dir="{direction}"><meta charset="utf-8"><style>p {{white-space: nowrap; margin: 0}}</style>{lines}'


def _orders(page: Page, pieces: list[str], direction: str, folder: Path) -> list[str]:
    file = folder / f"{direction}.html"
    file.write_text(_page(pieces, direction), encoding="utf-8")
    page.goto(file.as_uri())
    return list(page.evaluate(ORDER))


@pytest.mark.slow
@pytest.mark.parametrize("direction", list(AROUND))
def test_nothing_that_is_accepted_moves_what_stands_around_it(page: Page, direction: str, tmp_path: Path) -> None:
    texts = [text for c in confusables() for text in (f"a{c}b", f"{c}1{c}") if _accepted(text)]
    texts = [text for text in texts if text == text.strip(" ")]  # at an edge it melts with the space beside it
    texts += [form for listed in names().values() for name in listed for form in in_every_form(name)]
    pieces = [isolated(text, marked=False).html for text in (PLAIN, *texts)]
    control, *orders = _orders(page, pieces, direction, tmp_path)
    assert len(orders) == len(texts) > 15_000
    assert [text for text, order in zip(texts, orders, strict=True) if order != control] == []


@pytest.mark.slow
def test_without_isolates_some_texts_do_move_it(page: Page, tmp_path: Path) -> None:
    bare = ["<span>x</span>", "<span>א</span>", *(f"<span>a{c}b</span>" for c in DIRECTION)]
    control, *orders = _orders(page, bare, "ltr", tmp_path)
    assert any(order != control for order in orders)
