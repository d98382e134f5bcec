"""The mail that brings a code to sign in. It has no link: whoever asked for the code has the page open."""

from dataclasses import replace

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.drawing import frame
from tocsin.mailer.writing.headers import headers_of
from tocsin.mailer.writing.notice_rendering import mail_of
from tocsin.mailer.writing.words import words
from tocsin.store.directory.notices import CODE_LIFE, SIGN_IN, Notice


def render(notice: Notice, address: str, code: str, mail_domain: str) -> Mail:
    """A thread of its own for each code, and nothing of it in the subject, which screens show to others."""
    said = words(notice.language)
    seats = said.listed([said.foreign(mandate) for mandate in notice.fields])
    facts = frame(said, said("sign_in.title"), [said("sign_in.intro")]) | {
        "code": code,
        "good": said("sign_in.good", when=said.instant(notice.changed_at + CODE_LIFE)),
        "which": said("sign_in.which", seat=seats) if notice.fields else None,
    }
    headers = headers_of(f"<sign-in.{notice.notice_id}@{mail_domain}>", mail_domain)
    return replace(mail_of(notice, SIGN_IN, address, facts, said.plain("sign_in.subject"), headers), is_urgent=True)
