"""Every page can be read from right to left: style sheets name no left and no right, and templates take their dir."""

import re
from pathlib import Path

import pytest

import tocsin

ROOT = Path(tocsin.__file__).parent
SHEETS = sorted(sheet for sheet in ROOT.rglob("*.css") if "devtools" not in sheet.parts)
"""Of every page that people of a mechanism or of a deployment see."""
ON_PURPOSE = ("[dir=rtl] input[dir=ltr] { text-align: right; }",)
"""A field of Latin letters on a page from right to left stands at its start."""
PHYSICAL = re.compile(
    r"(?:^|[;{\s])((?:margin|padding|border|inset)-(?:left|right|top|bottom)[\w-]*|left|right|(?:min-|max-)?(?:width|height)"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))(?=\s*:|\s*;|\s*})"
)
FOUR_SIDES = re.compile(r"(?:margin|padding|inset|border-radius):\s*([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+);")


def physical(css: str) -> list[str]:
    rules = re.sub(r"@media[^{]*\{|@page[^{]*\{[^}]*\{[^}]*\}[^}]*\}|/\*.*?\*/", "", css, flags=re.DOTALL)
    sides = [match[0] for match in FOUR_SIDES.finditer(rules) if match[2] != match[4]]
    return [match[1] for match in PHYSICAL.finditer(rules)] + sides


@pytest.mark.parametrize("sheet", SHEETS, ids=[str(sheet.relative_to(ROOT)) for sheet in SHEETS])
def test_a_style_sheet_names_no_side(sheet: Path) -> None:
    css = sheet.read_text("utf-8")
    for rule in ON_PURPOSE:
        css = css.replace(rule, "")
    assert physical(css) == []


@pytest.mark.parametrize(
    "rule", ["a{margin-left:1px}", "a { left: 0; }", "a { text-align: right; }", "a{padding: 1px 2px 3px 4px;}"]
)
def test_a_side_would_be_found(rule: str) -> None:
    assert physical(rule)


def test_the_direction_of_a_page_is_that_of_its_language() -> None:
    frame = (ROOT / "runtime/pages/templates/frame.html").read_text("utf-8")
    assert '<html lang="{{ language }}" dir="{{ direction }}">' in frame
    pages = [path for folder in ("console", "intake", "canary", "runtime") for path in (ROOT / folder).rglob("*.html")]
    assert pages
    assert [page for page in pages if re.search(r'<html[^>]*dir="(?!\{\{)', page.read_text("utf-8"))] == []
