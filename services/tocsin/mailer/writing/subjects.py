"""Subjects: how urgent, which case, by when. No name, no place, no mechanism (``../shared/DESIGN.md`` §8)."""

from datetime import UTC

from tocsin.mailer.writing.letters import Letter
from tocsin.runtime.catalogues import Words
from tocsin.store.mail.deliveries import URGENT
from tocsin.store.mail.threads import Terms
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.vocabulary import Priority

_REPLIES = {MailKind.UPDATE, MailKind.REMINDER, MailKind.WITHDRAWAL}


def subject_of(letter: Letter, words: Words) -> str:
    """The root's subject for every mail of a thread, whatever changes; from the second mail on as a reply."""
    is_reply = letter.delivery.kind in _REPLIES or letter.root != letter.terms
    return ("Re: " if is_reply else "") + root_subject(letter.root, letter.reference, words)


def root_subject(terms: Terms, reference: str, words: Words) -> str:
    """``[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC``; UA is an urgent appeal, AL an allegation letter."""
    parts = ["UA" if terms.priority in URGENT else "AL", reference]
    if terms.reply_by is not None:
        deadline = terms.reply_by.astimezone(UTC)
        same_day = deadline.date() == terms.requested_at.astimezone(UTC).date()
        key, facts = ("subject.reply_by_time", {}) if same_day else ("subject.reply_by_date", {"date": deadline.date()})
        said = {name: words.day(day) for name, day in facts.items()}
        parts.append(words.plain(key, time=f"{deadline:%H:%M}", **said))
    return (f"{words('subject.urgent')} " if terms.priority == Priority.P1 else "") + " · ".join(parts)


def exercise(subject: str, words: Words) -> str:
    """The subject of a drill says before all else that it is one."""
    return f"{words('subject.exercise')} {subject}"
