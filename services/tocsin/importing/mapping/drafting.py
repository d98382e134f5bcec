"""The draft of a mapping as TOML, with what speaks for each guess; it holds words of coded columns, and no names."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from tocsin.importing.cells.dates import Order
from tocsin.importing.cells.words import fold, lookup, vocabulary
from tocsin.importing.mapping.evidence import SEPARATORS, Evidence, words_of
from tocsin.importing.mapping.suggesting import Guess
from tocsin.importing.mapping.targets import CONSENT, TARGETS, Kind, Target
from tocsin.importing.reading.sheets import Sheet
from tocsin_schemas.vocabulary import ConsentStatus

_MOST_WORDS = 60
_WIDTH = 79
_REQUIRED = {
    "violation.types": "what was done",
    "violation.date": "when",
    "violation.country": "the State responsible",
}
_AGREED = {
    "consent.mechanisms": "granted: the person agreed that mechanisms are told that there is a case, and to no more",
    "consent.mechanisms.share": "granted: the person agreed that mechanisms are shown what happened",
    "consent.ngos": "granted: the person agreed that other NGOs are told that there is a case, and to no more",
    "consent.ngos.share": "granted: the person agreed that other NGOs are shown what happened",
    "consent.government": "granted: the person agreed that the State learns of it, name included",
    "consent.public": "granted: the person agreed that it is published",
}
"""What only somebody who knows what was asked can say; no header tells it."""
_DATES = {Kind.DATE, Kind.DAY, Kind.INSTANT}
_LANGUAGES = {
    "fr": ("nom", "pays", "lieu", "référence", "prénom", "sexe", "victime", "récit", "réception"),
    "es": ("nombre", "país", "lugar", "fecha", "género", "víctima", "relato", "hechos", "expediente", "estado", "tipo"),
}


def draft(path: Path, sheet: Sheet, guesses: Sequence[Guess], unused: Sequence[str]) -> str:
    """The mapping of ``path`` as a person should check it."""
    return "\n".join([*_head(path, sheet, guesses), *_constants(sheet, guesses), *_fields(guesses), *_rest(unused)])


def is_uwazi(headers: Sequence[str]) -> bool:
    """Whether these are the common columns of an export of Uwazi (csvExporter.ts)."""
    return {"Title", "Date added", "Template", "Published"} <= set(headers)


def _head(path: Path, sheet: Sheet, guesses: Sequence[Guess]) -> Iterator[str]:
    yield from _comment(f"Drafted from {_safe(path.name)}: {'; '.join(map(_safe, sheet.found))}.")
    yield "# Check every field, then try it: tocsin import FILE --mapping THIS --dry-run"
    yield ""
    yield "[file]"
    if is_uwazi(sheet.headers):
        yield 'kind = "uwazi"    # several values a|b, periods a~b, Parent::Child, Name__fr'
    if sheet.header_rows > 1:
        yield f"header_rows = {sheet.header_rows}"
    yield from _dates(guesses)
    yield 'empty = ["n/a", "N/A", "-", "?"]    # words that stand for an empty cell'
    yield ""


def _dates(guesses: Sequence[Guess]) -> Iterator[str]:
    """The order is written only where days above 12 prove it; else it is left to be said."""
    dated = [g.evidence for g in guesses if g.target in TARGETS and TARGETS[g.target].kind in _DATES]
    orders = {evidence.order for evidence in dated if evidence.order is not None}
    numeric = sum(evidence.numeric for evidence in dated)
    if len(orders) == 1 and not any(evidence.contradictory for evidence in dated):
        proofs = sum(evidence.proofs for evidence in dated)
        yield f'dates = "{next(iter(orders))}"    # proven by {proofs} of {numeric} dates: day above 12'
    elif numeric:
        why = (
            "the dates contradict one another" if orders or any(e.contradictory for e in dated) else "no date proves it"
        )
        yield from _comment(f'SAY THIS: {why}. "day-first" reads 03/04/2026 as 3 April, "month-first" as 4 March.')
        yield f'# dates = "{Order.DAY_FIRST}"'
    if any(evidence.serial for evidence in dated):
        yield "excel_days = 1900    # 46000 is a day of Excel; 1904 in files of old Macs"


def _constants(sheet: Sheet, guesses: Sequence[Guess]) -> Iterator[str]:
    found = {guess.target for guess in guesses}
    yield "[constants]"
    yield 'publisher = "SAY-WHO"    # the name that your key is registered for'
    if "language" not in found:
        yield f'language = "{_language(sheet.headers)}"          # of the texts'
    if "received_at" not in found:
        yield 'received_at = "now"      # no column says when you received the report'
    if "source.relation" not in found:
        yield '"source.relation" = "organisation"    # of your source to the victim'
    for target, what in _REQUIRED.items():
        if target not in found:
            example = {"violation.types": '["other"]', "violation.date": '"2026"'}.get(target, '"XXX"')
            yield f"# SAY THIS: no column tells {what}"
            yield f'# "{target}" = {example}'
    if "publisher_reference" not in found:
        yield from _comment(
            'SAY THIS: no column was recognised as the reference; add [[field]], into = "publisher_reference"'
        )
    yield ""


def _fields(guesses: Sequence[Guess]) -> Iterator[str]:
    for guess in guesses:
        if guess.target not in TARGETS:
            continue
        target = TARGETS[guess.target]
        yield f"# confidence {min(guess.confidence, 0.99):.2f}: {_why(guess, target)}"
        yield "[[field]]"
        yield f'into = "{guess.target}"'
        if len(guess.columns) == 1:
            yield f"column = {_text(guess.columns[0])}"
        else:
            yield f"columns = [{', '.join(map(_text, guess.columns))}]"
        yield from _manner(guess.evidence, target)
        yield ""


def _manner(evidence: Evidence, target: Target) -> Iterator[str]:
    if target.kind is Kind.COUNTRY and target.many:
        separator = next((s for s in SEPARATORS if any(s in text for text in evidence.texts)), None)
        if separator:
            yield f"split = {_text(separator)}"
    if target.kind is not Kind.CODE:
        return
    separator = evidence.separators.get(target.list_name) if target.many else None
    if separator:
        yield f"split = {_text(separator)}"
    words = words_of(evidence.texts, separator)
    unique = list({fold(word) or word: word for word in reversed(words)}.values())[::-1]
    if len(unique) > _MOST_WORDS:
        yield f"# {len(unique)} different words: too many to be a list"
        return
    yield from _comment("ours: " + ", ".join(target.codes or ()))
    if target.list_name == CONSENT:
        yield from _comment(_AGREED[target.name])
    yield "[field.codes]"
    for word in unique:
        code = lookup(vocabulary(target.list_name), word)
        told = None if (target.list_name, code) == (CONSENT, ConsentStatus.GRANTED) else code
        yield f"{_text(word)} = {_text(told or '')}{'' if told else '    # SAY THIS'}"


def _why(guess: Guess, target: Target) -> str:
    share = guess.evidence.share(target.kind, target.list_name)
    kinds = {
        Kind.CODE: "words of ours",
        Kind.COUNTRY: "countries",
        Kind.POSITION: "positions",
        Kind.YES_NO: "yes or no",
    }
    what = "dates" if target.kind in _DATES else kinds.get(target.kind)
    by = "the header" if guess.by_header else "the values alone"
    return f"{by}; {share:.0%} of {guess.evidence.filled} values are {what}" if what else by


def _rest(unused: Sequence[str]) -> Iterator[str]:
    if unused:
        yield "# Columns that nothing uses:"
        yield from (f"#   {_safe(name)}" for name in unused)
        yield ""


def _language(headers: Sequence[str]) -> str:
    folded = " ".join(map(fold, headers))
    if any("\u0600" <= letter <= "\u06ff" for letter in folded):
        return "ar"
    if any("\u0400" <= letter <= "\u04ff" for letter in folded):
        return "ru"
    words = set(folded.split())
    counts = {language: len(words & set(map(fold, _LANGUAGES[language]))) for language in ("fr", "es")}
    return max(counts, key=lambda language: counts[language]) if any(counts.values()) else "en"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")


def _text(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _safe(text: str) -> str:
    """For a comment: one line, without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
