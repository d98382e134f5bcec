"""Every kind of finding is listed, and the runbook says what to do about it."""

import inspect
import re
from pathlib import Path

from tocsin.auditor import audit_watch, canary_watch, conservation, directory_watch, publishers_watch
from tocsin.canary import telling
from tocsin.store.matching import reviews

RUNBOOK = Path(__file__).parents[3] / "deploy/runbook.md"


def test_every_kind_that_the_auditor_can_find_is_listed() -> None:
    source = inspect.getsource(conservation).replace(inspect.getsource(conservation.Patience), "")
    written = set(re.findall(r'(?:_finding\(|found\[|\(|\{|,)\s*"([a-z]+_[a-z_]+)"', source))
    written |= {audit_watch.KIND, directory_watch.KIND, publishers_watch.KIND, canary_watch.KIND}
    assert written - {"offset_gap"} <= set(conservation.KINDS)
    assert set(conservation.KINDS) == written


def test_the_runbook_speaks_of_every_finding_and_every_review() -> None:
    text = RUNBOOK.read_text()
    assert [kind for kind in (*conservation.KINDS, *reviews.KINDS, telling.KIND) if f"`{kind}`" not in text] == []
