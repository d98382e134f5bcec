"""Mail is told apart by what wrote it; in doubt it is an absence, so that more people are told and never fewer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.devtools.sendgrid import replies
from tocsin.domain.following.replies import Incoming, ReplyKind, classify, fold, own_words
from tocsin.knowledge import automatic_replies
from tocsin.knowledge.load import LANGUAGES
from tocsin.mailer.inbound.endpoint import book

BOOK = book()


def an_incoming(**over: Any) -> Incoming:
    fields: dict[str, Any] = {"headers": {}, "sender": "desk@mechanism.example", "subject": "Re: UA", "text": "Seen."}
    return Incoming(**(fields | over))


def kind_of(**over: Any) -> str:
    return classify(an_incoming(**over), BOOK).value


def test_what_a_person_writes_is_a_reply() -> None:
    assert kind_of() == "reply"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"auto-submitted": ["auto-replied"]}, "out_of_office"),
        ({"auto-submitted": ["Auto-Replied; owner-email=x"]}, "out_of_office"),
        ({"auto-submitted": ["auto-generated"]}, "automatic"),
        ({"auto-submitted": ["auto-notified"]}, "automatic"),
        ({"auto-submitted": ["no"]}, "reply"),
        ({"x-autoreply": ["yes"]}, "out_of_office"),
        ({"precedence": ["auto_reply"]}, "out_of_office"),
        ({"precedence": ["bulk"]}, "automatic"),
        ({"precedence": ["list"]}, "reply"),
        ({"x-auto-response-suppress": ["All"]}, "reply"),
        ({"list-id": ["<desk.mechanism.example>"]}, "reply"),
    ],
)
def test_a_header_that_says_so_decides(headers: dict[str, list[str]], expected: str) -> None:
    assert kind_of(headers=headers) == expected


@pytest.mark.parametrize("kind", ["absent", "receipt", "failure", "automatic", "machine", "others"])
def test_every_kind_of_phrase_is_known_in_every_language_that_is_written_in(kind: str) -> None:
    entries = automatic_replies.content()["phrases"]
    assert {entry["language"] for entry in entries if entry["kind"] == kind} == LANGUAGES
    assert all(entry["source"] for entry in entries)


PHRASES = [(kind, said) for kind, each in automatic_replies.phrases().items() for said in each]


@pytest.mark.parametrize(("kind", "said"), PHRASES, ids=[said for _, said in PHRASES])
def test_every_phrase_is_found_in_capitals_behind_an_answers_mark(kind: str, said: str) -> None:
    subject = f"RE: {said.upper()}: UA"
    if kind == "receipt":
        assert kind_of(subject=subject, headers={"auto-submitted": ["auto-replied"]}) == "automatic"
    elif kind == "machine":
        assert kind_of(text=said.upper()) == "out_of_office"
    elif kind == "others":
        assert kind_of(text=f"{said.upper()} is out of the office.") == "reply"
    else:
        assert kind_of(subject=subject) == ("delivery_status" if kind == "failure" else "out_of_office")


def test_what_is_quoted_is_not_what_is_said() -> None:
    assert kind_of(text="Seen.\n> I am out of office") == "reply"
    assert kind_of(text="Seen.\n\nDe : Tocsin\nje suis absent") == "reply"
    assert own_words("one\n> two\nthree") == "one"


def test_an_absence_mentioned_late_in_a_persons_letter_leaves_it_a_reply() -> None:
    assert kind_of(text="We act. " * 200 + "Our lawyer is out of the office.") == "reply"


def test_our_own_mail_coming_back_is_automatic_whatever_it_says() -> None:
    headers = {"auto-submitted": ["auto-generated"]}
    assert kind_of(headers=headers, text="out of office", is_ours=True) == "automatic"


def test_a_receipt_tells_of_no_absence_but_one_that_names_one_does() -> None:
    headers = {"auto-submitted": ["auto-replied"]}
    received = "We have received your message."
    assert kind_of(headers=headers, text=received) == "automatic"
    assert kind_of(headers=headers, text=f"{received} I am out of office until Monday.") == "out_of_office"


def test_mail_from_nobody_is_never_a_persons() -> None:
    assert kind_of(from_nobody=True) == "out_of_office"
    assert kind_of(from_nobody=True, text="Your request has been received.") == "automatic"
    assert kind_of(from_nobody=True, subject="Undeliverable: UA") == "delivery_status"
    assert kind_of(from_nobody=True, text="I am out of office") == "out_of_office"


def test_a_report_of_an_unknown_type_is_automatic() -> None:
    assert kind_of(report_type="delivery-status") == "delivery_status"
    assert kind_of(report_type="something-new", text="out of office") == "automatic"


@given(st.text(max_size=300), st.text(max_size=600), st.sampled_from(["", "no", "auto-replied", "x y", "("]))
def test_whatever_a_mail_says_it_has_a_kind(subject: str, text: str, submitted: str) -> None:
    headers = {"auto-submitted": [submitted]} if submitted else {}
    assert classify(an_incoming(subject=subject, text=text, headers=headers), BOOK) in set(ReplyKind)


@given(st.text(max_size=100))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


SAMPLES = replies.load()
KINDS = {"out-of-office": "out_of_office", "left": "out_of_office", "person": "reply"}


def kind_of_sample(sample: replies.Sample) -> str:
    headers = {name.lower(): [value] for name, value in sample.headers.items()}
    subject = sample.subject_for("[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC")
    return kind_of(headers=headers, subject=subject, text=sample.text, from_nobody=sample.return_path == "")


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.is_declared or s.kind == "person"], ids=lambda s: s.name)
def test_the_simulators_answers_which_were_written_apart_are_told_apart(sample: replies.Sample) -> None:
    assert kind_of_sample(sample) == KINDS.get(sample.kind, "automatic")


def test_most_absences_without_any_header_are_recognised() -> None:
    bare = [sample for sample in SAMPLES if sample.kind == "out-of-office" and not sample.is_declared]
    found = [sample for sample in bare if kind_of_sample(sample) == "out_of_office"]
    assert len(bare) >= 8
    assert len(found) / len(bare) >= 0.9
