"""The mail that tells somebody what was changed of their entry in the directory. It says nothing of any case."""

from typing import Any

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.drawing import draw, frame
from tocsin.mailer.writing.headers import headers_of
from tocsin.mailer.writing.words import words
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin.store.directory.notices import KIND, OWN, Notice


def render(notice: Notice, address: str, mail_domain: str) -> Mail:
    """``address``: the one that the notice is for, which may no longer be in the directory."""
    said = words(notice.language)
    facts = frame(said, said("title.directory-change"), _intro(notice, said))
    by = "directory.own" if notice.kind == OWN else "directory.approved"
    facts |= {"changed": _changed(notice, said), "by": said(by)}
    headers = headers_of(f"<directory.{notice.recipient_id}@{mail_domain}>", mail_domain)
    return mail_of(notice, KIND, address, facts, said.plain("directory.subject"), headers)


def mail_of(
    notice: Notice, template: str, address: str, facts: dict[str, Any], subject: str, headers: dict[str, str]
) -> Mail:
    """The mail of a notice of any kind. facts: for the template."""
    text, html = draw(template, facts)
    return Mail(notice.notice_id, attempt=1, to=address, subject=subject, text=text, html=html, headers=headers)


def _intro(notice: Notice, said: Words) -> list[Said]:
    kind = next((code for code in ("added", "removed") if code in notice.fields), "changed")
    lines = [said(f"directory.{kind}", when=said.instant(notice.changed_at))]
    return [*lines, said("directory.old_address")] if kind == "changed" and notice.which == "old" else lines


def _changed(notice: Notice, said: Words) -> list[Said]:
    codes = (code for code in notice.fields if code not in ("added", "removed"))
    return list(dict.fromkeys(_detail(code, said) for code in codes))


def _detail(code: str, said: Words) -> Said:
    key = f"details.{code}"
    return said(key if said.has(key) else "details.other")
