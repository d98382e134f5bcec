"""``tocsin evaluate cases``: pairs of reports as JSON lines, compared one by one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from tocsin.devtools.evaluation.compact import Compact, is_compact, profile_of_compact
from tocsin.devtools.evaluation.lines import Refuse, identity_of, objects_of
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Comparison
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.reports import Report


@dataclass(frozen=True, slots=True)
class Compared:
    """id: of the line. comparison: of its two reports."""

    id: str | int
    comparison: Comparison


def compare_lines(matcher: Matcher, source: BinaryIO, refuse: Refuse) -> Iterator[Compared]:
    """Compare the reports ``a`` and ``b`` of each line, in the contract's shape or the compact one."""
    for number, content in objects_of(source, refuse):
        try:
            identity = identity_of(content)
            ours, theirs = (profile_at(matcher, content, end) for end in "ab")
        except InvalidEvent as refusal:
            refuse(number, refusal)
            continue
        yield Compared(identity, matcher.compare(ours, theirs))


def profile_at(matcher: Matcher, content: Mapping[str, Any], end: str) -> Profile:
    """The profile of the report ``content[end]``; raises InvalidEvent."""
    report = report_at(content, end)
    return profile_of_compact(report, end) if isinstance(report, Compact) else matcher.profile_of(report, end)


def report_at(content: Mapping[str, Any], end: str) -> Report | Compact:
    """The report ``content[end]``, checked; raises InvalidEvent with paths that start at the whole line."""
    if end not in content:
        raise InvalidEvent(Problem("missing", f"/{end}", "this field is required"))
    report = content[end]
    if not isinstance(report, dict):
        raise InvalidEvent(Problem("object-type", f"/{end}", "this must be an object"))
    body = json.dumps(report).encode()
    try:
        return decode_as(body, Compact) if is_compact(report) else decode_as(body, Report)
    except InvalidEvent as error:
        raise InvalidEvent(*(Problem(p.code, f"/{end}{p.path}", p.sentence) for p in error.problems)) from None
