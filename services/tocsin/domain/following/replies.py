"""What a mail that came in is: a person's answer, an absence, a mail server's report, or another machine's.

Headers decide where they are there; else what a subject or the first lines say. In doubt between a machine that answers
for somebody and one that only confirms, it is an absence: then more people are told, never fewer. No kind, not even a
person's own reply, ever counts as taking an alert in hand.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tocsin_schemas.deliveries import DeliveryState

OPENING = 1_500
"""Characters of a text in which an automatic answer says that it is one."""
SHORT = 600
"""In a mail without any header that says so, an absence must be said so early."""
_OWN = "auto-generated"
_REPORTS = {"delivery-status": "delivery_status"}
_ANSWERS = re.compile(
    r"^\s*(?:(?:re|aw|sv|fw|fwd|tr|rv|res|enc|ref|ответ|رد|إعادة توجيه)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
_QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original|message|mensaje|mensagem)|from:\s|de\s?:\s|от:\s|من:\s)", re.IGNORECASE
)
_SERVERS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[^\w']+")


STATE_OF_ACTION = {
    "failed": DeliveryState.BOUNCED,
    "delayed": DeliveryState.DEFERRED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.DELIVERED,
    "expanded": DeliveryState.DELIVERED,
}
"""The words of a mail server's report (RFC 3464, 2.3.3)."""


class ReplyKind(StrEnum):
    """What came in."""

    REPLY = "reply"
    OUT_OF_OFFICE = "out_of_office"
    DELIVERY_STATUS = "delivery_status"
    AUTOMATIC = "automatic"
    UNKNOWN = "unknown"
    """It could not be read."""


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """What is looked at of a mail.

    headers: by name in lower case. report_type: of a ``multipart/report``. from_nobody: the envelope names no sender.
    is_ours: it names one of our lists.
    """

    headers: Mapping[str, Sequence[str]]
    sender: str
    subject: str
    text: str
    report_type: str = ""
    from_nobody: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Folded phrases by kind, and the headers of machines; made by ``phrasebook``."""

    phrases: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, tuple[str, ...]]
    answering: frozenset[str]

    def says(self, kind: str, text: str) -> bool:
        """text: folded."""
        return any(phrase in text for phrase in self.phrases.get(kind, ()))

    def begins(self, kind: str, subject: str) -> bool:
        """subject: folded, and without the marks of an answer."""
        return subject.startswith(self.phrases.get(kind, ()))


def phrasebook(
    phrases: Mapping[str, Iterable[str]], headers: Mapping[str, tuple[str, ...]], answering: frozenset[str]
) -> Phrasebook:
    folded = {kind: tuple(f" {fold(said)}" for said in each) for kind, each in phrases.items()}
    return Phrasebook(folded, headers, answering)


def classify(mail: Incoming, book: Phrasebook) -> ReplyKind:
    """The kind of a mail that could be read."""
    if mail.report_type:
        return ReplyKind(_REPORTS.get(mail.report_type, "automatic"))
    submitted = _submitted(mail)
    if mail.is_ours and submitted == _OWN:
        return ReplyKind.AUTOMATIC
    subject, opening = _words(_ANSWERS.sub("", mail.subject)), _words(own_words(mail.text)[:OPENING])
    marks = _marks(mail, book)
    names_itself = book.begins("automatic", subject) or book.says("machine", opening)
    if submitted not in ("", "no") or marks or mail.from_nobody or names_itself:
        for_somebody = bool(marks & (book.answering | {""})) or (mail.from_nobody and "list-id" not in mail.headers)
        answers = submitted == "auto-replied" or names_itself or for_somebody
        return _of_machine(mail, book, subject, opening, answers)
    if _is_failure(mail, book, subject):
        return ReplyKind.DELIVERY_STATUS
    if book.says("absent", subject) or _is_own_absence(book, opening[:SHORT]):
        return ReplyKind.OUT_OF_OFFICE
    return ReplyKind.REPLY


def own_words(text: str) -> str:
    """What stands before the first line that quotes another mail."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            break
        kept.append(line)
    return "\n".join(kept)


def fold(text: str) -> str:
    """Words alone, without case, accents, vowel marks, tatweel and invisible marks, one space between them."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = plain.replace("ـ", "").replace("’", "'")
    return _BETWEEN_WORDS.sub(" ", "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))).strip()


def _of_machine(mail: Incoming, book: Phrasebook, subject: str, opening: str, answers: bool) -> ReplyKind:
    if book.says("absent", subject) or book.says("absent", opening):
        return ReplyKind.OUT_OF_OFFICE
    if _is_failure(mail, book, subject):
        return ReplyKind.DELIVERY_STATUS
    if book.says("receipt", subject) or book.says("receipt", opening) or not answers:
        return ReplyKind.AUTOMATIC
    return ReplyKind.OUT_OF_OFFICE


def _is_own_absence(book: Phrasebook, opening: str) -> bool:
    """Whether a text speaks of an absence without having spoken of somebody else before."""
    places = [at for phrase in book.phrases.get("absent", ()) if (at := opening.find(phrase)) >= 0]
    return bool(places) and not book.says("others", opening[: min(places)])


def _is_failure(mail: Incoming, book: Phrasebook, subject: str) -> bool:
    return bool(_SERVERS.match(mail.sender)) or book.begins("failure", subject)


def _submitted(mail: Incoming) -> str:
    """The word of RFC 3834, without its parameters and comments."""
    said = " ".join(mail.headers.get("auto-submitted", ()))
    return re.split(r"[\s;(]", said.strip().lower(), maxsplit=1)[0]


def _marks(mail: Incoming, book: Phrasebook) -> set[str]:
    """What the headers of machines say; "" for one that says it by being there."""
    found: set[str] = set()
    for name, values in book.headers.items():
        given = {value.strip().lower() for value in mail.headers.get(name, ())}
        found |= ({""} if given and not values else set()) | (given & set(values))
    return found


def _words(text: str) -> str:
    """Folded, with a space before, so that a phrase is found at the beginning of a word."""
    return f" {fold(text)}"
