"""All mails of a case form one thread for each person, whatever comes first or is lost, and two cases never mix."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_string
from email.message import Message

import pytest

from databases import NOW
from mailing import a_letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.store.mail.threads import Terms
from tocsin_schemas.deliveries import MailKind

CASES = {"c0ffee" * 5 + "c0": "HRD-7F3K-22Q", "decade" * 5 + "de": "HRD-9QW2-1TX"}
KINDS = (MailKind.ALERT, MailKind.REMINDER, MailKind.UPDATE, MailKind.ESCALATION, MailKind.WITHDRAWAL)


@dataclass
class Container:
    """A place in a thread; empty where the mail is only known from references."""

    message: Message | None = None
    parent: "Container | None" = None
    children: list["Container"] = field(default_factory=list)

    def is_above(self, other: "Container") -> bool:
        while other is not None and other is not self:  # type: ignore[redundant-expr]
            if other.parent is None:
                return False
            other = other.parent
        return True

    def members(self) -> list[Message]:
        own = [] if self.message is None else [self.message]
        return own + [message for child in self.children for message in child.members()]


def threads(messages: list[Message]) -> list[list[Message]]:
    """Jamie Zawinski's algorithm (jwz.org/doc/threading.html), steps 1 to 5; the members of each thread."""
    table: dict[str, Container] = {}
    for message in messages:  # 1: link what each refers to, and itself beneath the last of them
        container = table.setdefault(message["Message-ID"], Container())
        container.message = message
        references = (message["References"] or message["In-Reply-To"] or "").split()
        above: Container | None = None
        for reference in references:
            found = table.setdefault(reference, Container())
            if above is not None and found.parent is None and not found.is_above(above):
                adopt(above, found)
            above = found
        if container.parent is not None:
            container.parent.children.remove(container)
            container.parent = None
        if above is not None and not container.is_above(above):
            adopt(above, container)
    roots = [prune(container) for container in table.values() if container.parent is None]  # 2 to 4
    by_subject: dict[str, Container] = {}
    for root in [root for found in roots for root in found]:  # 5: join what has one subject
        subject = bare(root.members()[0]["Subject"])
        if subject in by_subject:
            adopt(by_subject[subject], root)
        else:
            by_subject[subject] = root
    return [root.members() for root in by_subject.values()]


def adopt(parent: Container, child: Container) -> None:
    child.parent = parent
    parent.children.append(child)


def prune(root: Container) -> list[Container]:
    """An empty root stays while it holds several; with one child it gives way to it; with none it goes."""
    if root.message is None and len(root.children) <= 1:
        return [kept for child in root.children for kept in prune(child)]
    return [root]


def bare(subject: str) -> str:
    return subject.removeprefix("Re: ")


def a_message(number: int, case_id: str, kind: MailKind, language: str) -> Message:
    """As it arrives: the provider has given it a Message-ID of its own."""
    root = Terms("P1", NOW, NOW + timedelta(hours=5))
    terms = root if kind is MailKind.ALERT else Terms("P2", NOW + timedelta(hours=1), None)
    letter = a_letter(kind=kind, case_id=case_id, reference=CASES[case_id], terms=terms, root=root, language=language)
    mail = Rendering("https://x.example", "tocsin.example")(letter)
    headers = {"Message-ID": f"<{number}@provider.example>", "Subject": mail.subject, **mail.headers}
    return message_from_string("".join(f"{name}: {value}\n" for name, value in headers.items()) + "\nbody")


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_mails_of_a_case_are_one_thread_in_any_order_and_with_any_of_them_lost(language: str, seed: int) -> None:
    chance = random.Random(seed)
    sent = [(case_id, kind) for case_id in CASES for kind in KINDS]
    arrived = [a_message(n, case_id, kind, language) for n, (case_id, kind) in enumerate(sent)]
    arrived = [message for message in arrived if chance.random() < 0.7]
    chance.shuffle(arrived)
    found = threads(arrived)
    assert sorted(len(thread) for thread in found) == sorted(
        count for case_id in CASES if (count := sum(case_id in message["References"] for message in arrived))
    )
    assert all(len({message["References"] for message in thread}) == 1 for thread in found)


def test_without_its_references_a_case_would_fall_apart() -> None:
    """That the algorithm of this test tells good threads from bad."""
    mails = [a_message(n, case_id, MailKind.ALERT, "en") for n, case_id in enumerate(CASES)]
    assert len(threads(mails)) == 2
    del mails[1]["References"], mails[1]["In-Reply-To"]
    assert len(threads(mails)) == 2
    mails[1]["References"] = mails[0]["References"]
    assert len(threads(mails)) == 1
