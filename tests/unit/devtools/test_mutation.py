"""The mutation runner finds what tests do not notice, and does not take an unused module for a well tested one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.devtools.mutation.mutants import mutants

CHANGES = [
    ("a = b < c", ["b < c → b <= c", "b < c → b >= c"]),
    ("a = b is not c", ["b is not c → b is c"]),
    ("a = b and c", ["b and c → b or c", "b and c → c", "b and c → b"]),
    ("a = not b", ["not b → b"]),
    ("a = b + c", ["b + c → b", "b + c → b - c"]),
    ("a = b if c else d", ["b if c else d → b", "b if c else d → d"]),
    ("a = [b for b in c if d]", ["for b in c if d → for b in c"]),
    ("a = b[:c]", [":c → :"]),
    ("a = True", ["True → False"]),
    ("a = 'two words'", ["'two words' → 'two wordsx'", "'two words' → 'words'"]),
    ("a = 7", ["7 → 8", "7 → 6"]),
    ("a = {b: c, d: e}", ["{b: c, d: e} → {d: e}", "{b: c, d: e} → {b: c}"]),
    ("a = (b, c)", ["(b, c) → (c,)", "(b, c) → (b,)"]),
    ("a = any(b)", ["any(b) → all(b)"]),
    ("a = b(c=d)", ["b(c=d) → b()"]),
    ("def f():\n    return a", ["return a → return None"]),
    ("for a in b:\n    continue", ["continue → break"]),
    ("if a:\n    b()", ["if a: b() → if True: b()", "if a: b() → if False: b()", "if a: b() → pass"]),
    ("from tocsin_schemas.vocabulary import Tlp\na = Tlp.RED", ["Tlp.RED → Tlp.AMBER_STRICT"]),
    ("a: TypeAlias = b | c\ndef f(d: e | None = g) -> h | None:\n    '''Doc.'''", []),
]


@pytest.mark.parametrize(("source", "changes"), CHANGES, ids=[c[0] for c in CHANGES])
def test_every_small_change_is_made_once(source: str, changes: list[str]) -> None:
    found = [m.change for m in mutants(source)]
    assert [c for c in found if not c.endswith("→ pass") or c in changes] == changes
    assert len({m.source for m in mutants(source)}) == len(found)


MODULE = "def is_open(hour):\n    return 9 <= hour\n"
WEAK = "from shop import is_open\n\ndef test_it():\n    assert is_open(12)\n    assert not is_open(3)\n"
STRONG = f"{WEAK}    assert is_open(9)\n    assert not is_open(8)\n"
FAILING = f"{WEAK}    assert is_open(3)\n"
UNUSED = "def test_it():\n    pass\n"


def run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    (folder / "shop.py").write_text(MODULE)
    (folder / "test_shop.py").write_text(test)
    command = [
        sys.executable,
        "-m",
        "tocsin.devtools.mutation",
        "shop",
        "--",
        "test_shop.py",
        *("-p", "no:hypothesispytest", "-p", "no:schemathesis", "-p", "no:anyio"),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_what_the_tests_do_not_notice_is_printed(tmp_path: Path) -> None:
    done = run(tmp_path, WEAK)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == [
        "shop.py:2: 9 <= hour → 9 < hour",
        "shop.py:2: 9 → 10",
        "shop.py:2: 9 → 8",
        "shop: 5 mutants, 0 without difference, 3 survived",
    ]


def test_good_tests_leave_no_mutant_alive(tmp_path: Path) -> None:
    done = run(tmp_path, STRONG)
    assert (done.returncode, done.stdout) == (0, "shop: 5 mutants, 0 without difference, 0 survived\n"), done.stderr


@pytest.mark.parametrize(("test", "words"), [(FAILING, "the tests fail without any change"), (UNUSED, "NeverImported")])
def test_tests_that_prove_nothing_are_refused(tmp_path: Path, test: str, words: str) -> None:
    done = run(tmp_path, test)
    assert done.returncode != 0
    assert words in done.stderr
