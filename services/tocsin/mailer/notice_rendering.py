"""The mail that tells somebody what was changed of their entry in the directory. It says nothing of any case."""

from tocsin.mailer.phrases import Phrases, phrases
from tocsin.mailer.rendering import ACCENTS, headers_of, template
from tocsin.mailer.sender import Mail
from tocsin.store.directory_notices import Notice


def render(notice: Notice, address: str, mail_domain: str) -> Mail:
    """``address``: the one that the notice is for, which may no longer be in the directory."""
    words = phrases(notice.language)
    facts = {
        "words": words,
        "kind": notice.kind,
        "accent": ACCENTS[False],
        "possible_repeat": False,
        "intro": _intro(notice, words),
        "changed": [words["details"].get(code, words["details"]["other"]) for code in _details(notice)],
    }
    text, html = (template(f"{notice.kind}/{part}").render(facts) for part in ("body.txt", "body.html"))
    return Mail(
        delivery_id=notice.notice_id,
        attempt=1,
        to=address,
        subject=words["directory"]["subject"],
        text=text,
        html=html,
        headers=headers_of(f"<directory.{notice.recipient_id}@{mail_domain}>", mail_domain),
    )


def _intro(notice: Notice, words: Phrases) -> list[str]:
    form, when = words["directory"], words.instant(notice.changed_at)
    kind = next((code for code in ("added", "removed") if code in notice.fields), "changed")
    lines = [form[kind].format(when=when)]
    return [*lines, form["old_address"]] if kind == "changed" and notice.which == "old" else lines


def _details(notice: Notice) -> list[str]:
    return [code for code in notice.fields if code not in ("added", "removed")]
