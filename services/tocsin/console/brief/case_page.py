"""One case in words: the printed brief, and what a CAP message says in each language."""

from collections.abc import Iterator

from tocsin.console.brief.drawing import ROOT, Frame, draw
from tocsin.console.brief.words import LANGUAGES, country, label, party, words
from tocsin.domain.exporting.cap import Block
from tocsin.domain.exporting.case import CaseExport
from tocsin.domain.following.acting import Acted
from tocsin.runtime.catalogues import Words

FORMATS = {"brief.pdf": "PDF", "cap.xml": "CAP 1.2", "case.jsonld": "JSON-LD"}
_LABELLED = {
    "violations": "violations",
    "urgency": "urgencies",
    "certainty": "certainties",
    "actions_requested": "actions",
}
_DATES = ("date", "expected_on", "next_hearing")
_FLAGS = ("ongoing", "strict_reprisal")
_RISKS = ("risk_to_life", "risk_to_integrity", "risk_to_health")
_ORDER = ("violations", "states", *_DATES[:1], "ongoing", *_DATES[1:], "categories", "urgency", "certainty", "risk")
_IN_ORDER = (*_ORDER, "strict_reprisal", "actions_requested", "reporters")


def case_page(case: CaseExport, language: str, query: str, frame: Frame | None = None) -> str:
    """The page. query: what its links to other formats ask for, "" or beginning with "?"."""
    said = words(language)
    return draw(
        language,
        "case",
        frame,
        case=case,
        mandates=said.listed([party(said, mandate) for mandate in case.mandates]),
        priority=label(said, "priorities", case.priority),
        made=said.instant(case.made_at),
        rows=rows(case, said),
        acted=[_act(act, said) for act in case.acted],
        formats=[(f"{ROOT}/cases/{case.reference}/{path}{query}", name) for path, name in FORMATS.items()],
    )


def blocks(case: CaseExport) -> list[Block]:
    """The words of the case in every language that we have."""
    return [_block(case, words(language)) for language in LANGUAGES]


def rows(case: CaseExport, said: Words) -> list[tuple[str, str]]:
    """What is known, by label; whatever may not be told is not there."""
    if not case.extracts:
        return []
    found = dict(_values(case, said))
    return [(said.plain(f"fact.{name}"), found[name]) for name in _IN_ORDER if found.get(name)]


def _values(case: CaseExport, said: Words) -> Iterator[tuple[str, str]]:
    for name, kind in _LABELLED.items():
        yield name, said.listed([label(said, kind, value) for value in case.all_of(name)])
    for name in _DATES:
        yield name, said.dates([str(value) for value in case.all_of(name)])
    yield "states", said.listed([country(said, code) for code in _states(case)])
    yield "categories", said.listed([said.plain(f"row.{category}") for category in case.all_of("categories")])
    for name in _FLAGS:
        yield name, said.plain("fact.yes") if case.all_of(name) else ""
    yield "risk", said.listed([said.plain(f"fact.{name}") for name in _RISKS if case.all_of(name)])
    yield "reporters", str(case.reporters)


def _states(case: CaseExport) -> list[str]:
    return list(dict.fromkeys(str(code) for fact in ("country", "further_states") for code in case.all_of(fact)))


def _block(case: CaseExport, said: Words) -> Block:
    reported = [label(said, "violations", value) for value in case.all_of("violations")]
    lines = [said.plain("case.fact", label=name, value=value) for name, value in rows(case, said)]
    return Block(
        language=said.language,
        event=", ".join(reported) or said.plain("case.event"),
        headline=said.plain("case.headline", reference=case.reference),
        description="\n".join(lines) or said.plain("case.none"),
        places=[(country(said, code), code) for code in _states(case)],
    )


def _act(act: Acted, said: Words) -> str:
    who = said.listed([party(said, key) for key in dict.fromkeys((act.mechanism, *act.signatories))])
    line = said("case.act.planned" if act.planned else "case.act", who=who, action=label(said, "actions", act.action))
    if act.on:
        line = said("case.act.on", act=line, date=said.day(act.on))
    return said("case.act.replied", act=line) if act.replied else line
