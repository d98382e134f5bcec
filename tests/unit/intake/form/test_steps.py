"""Each page of the form: what is wrong is said beside the field, in English and French, and nothing typed is lost."""

from pathlib import Path
from typing import Any

import pytest

from forming import LEAST, TODAY, Person, a_form
from tocsin.intake.form.answers.checking import checked
from tocsin.intake.form.answers.reading import taken_over
from tocsin.intake.form.answers.values import boxes_of
from tocsin.intake.form.questions import Kind, asked_on
from tocsin.intake.form.steps import BY_KEY, STEPS
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.words import words

DAY = {f"violation.date.{box}": text for box, text in (("day", "9"), ("month", "3"), ("year", "2026"))}


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    person = Person(a_form(Path(tmp_path_factory.mktemp("form")))).sign_in()
    person.begin()
    return person


def anew(person: Person, step: str) -> str:
    """A new draft, open at this page; returns its path."""
    person.begin()
    if step != "source":
        person.get(f"{person.draft}/{step}")
    return person.draft


WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("source", {}, "source.relation", "no answer yet", "il manque une réponse"),
    ("source", {"source.relation": "friend"}, "source.relation", "not one of the choices", "l’un des choix"),
    ("source", {"source.country": "Togo"}, "source.country", "not one of the choices", "l’un des choix"),
    ("source", {"source.name": "x" * 501}, "source.name", "too long", "trop long"),
    ("source", {"publisher_reference": ""}, "publisher_reference", "no answer yet", "il manque une réponse"),
    ("source", {"received_at.day": "31", "received_at.month": "2"}, "received_at.day", "not in the calendar", "calendrier"),
    ("source", {"received_at.year": ""}, "received_at.day", "is not a day", "n’est pas un jour"),
    ("persons", {}, "alleged_victims.0.names.0.value", "nobody is named", "personne n’est nommé"),
    ("persons", {"alleged_victims.0.gender": "woman"}, "alleged_victims.0.names.0.value", "no answer yet", "il manque"),
    ("persons", {"alleged_victims.0.names.0.value": "A\tB"}, "alleged_victims.0.names.0.value", "one line", "une ligne"),
    ("persons", {"alleged_victims.0.birth.age": "young"}, "alleged_victims.0.birth.day", "calendar", "calendrier"),
    ("persons", {"alleged_victims.0.birth.month": "5"}, "alleged_victims.0.birth.day", "calendar", "calendrier"),
    ("persons", {"group.description": "The villagers"}, "group.kind", "no answer yet", "il manque une réponse"),
    ("persons", {"group.kind": "community"}, "group.description", "no answer yet", "il manque une réponse"),
    ("persons", {"group.size_estimate": "many"}, "group.size_estimate", "not a whole number", "nombre entier"),
    ("persons", {"group.size_estimate": "0"}, "group.size_estimate", "too small", "trop petit"),
    ("persons", {"alleged_victims.0.organisations.0.role": "clerk"}, "alleged_victims.0.organisations.0.name", "no answer", "il manque"),
    ("events", DAY, "violation.types", "no answer yet", "il manque une réponse"),
    ("events", {"violation.types": ["arrest"]}, "violation.date.day", "no answer yet", "il manque une réponse"),
    ("events", {"violation.types": ["sneezing"]}, "violation.types", "not one of the choices", "l’un des choix"),
    ("events", DAY | {"violation.date.month": "13"}, "violation.date.day", "calendar", "calendrier"),
    ("events", DAY | {"violation.date.year": "26"}, "violation.date.day", "calendar", "calendrier"),
    ("events", DAY, "violation.country", "no answer yet", "il manque une réponse"),
    ("events", {"violation.place.administrative_area": "Coast"}, "violation.place.name", "no answer", "il manque"),
    ("events", {"narratives.0.text": "x" * 50_001}, "narratives.0.text", "too long", "trop long"),
    ("events", {"violation.authorities.0.name": "Unit 4"}, "violation.authorities.0.kind", "no answer", "il manque"),
    ("detention", {"detention.next_hearing.day": "1"}, "detention.next_hearing.day", "calendar", "calendrier"),
    ("detention", {"detention.custodies.0.authority": "police"}, "detention.custodies.0.place", "no answer", "il manque"),
    ("detention", {"detention.charges": "x" * 501}, "detention.charges", "too long", "trop long"),
    ("detention", {"detention.charges": "\n".join("abc" for _ in range(41))}, "detention.charges", "too many", "trop"),
    ("reprisal", {"reprisal.kind": "strict"}, "reprisal.mechanism", "with whom", "avec qui"),
    ("reprisal", {"reprisal.adverse_act": "Dismissed"}, "reprisal.kind", "no answer yet", "il manque une réponse"),
    ("reprisal", {"risk.expected_on.year": "soon"}, "risk.expected_on.day", "calendar", "calendrier"),
    ("procedures", {"references.0.value": "TUN 4/2026"}, "references.0.scheme", "no answer yet", "il manque une réponse"),
    ("procedures", {"evidence.0.location": "box 3"}, "evidence.0.kind", "no answer yet", "il manque une réponse"),
    ("procedures", {"actions_requested": ["applause"]}, "actions_requested", "not one of the choices", "l’un des choix"),
    ("consent", {"consent.letter": "yes"}, "consent.reports", "no answer yet", "il manque une réponse"),
    ("consent", {"consent.reports": "yes"}, "consent.letter", "no answer yet", "il manque une réponse"),
    ("consent", {"consent.letter": "no", "consent_record.decided_on.day": "7"}, "consent_record.decided_on.day", "is not a day", "n’est pas un jour"),
    ("consent", {"consent.letter": "no", "consent_record.given_by": "a\u202eb"}, "consent_record.given_by", "invisible", "invisible"),
    ("handling", {"verification.independent_sources": "2.5"}, "verification.independent_sources", "whole number", "nombre entier"),
    ("handling", {"verification.independent_sources": "1001"}, "verification.independent_sources", "too large", "trop grand"),
    ("handling", {"handling.embargo_until.day": "30", "handling.embargo_until.month": "2", "handling.embargo_until.year": "2027"}, "handling.embargo_until.day", "calendar", "calendrier"),
    ("handling", {"handling.tlp": "purple"}, "handling.tlp", "not one of the choices", "l’un des choix"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "typed", "field", "said", "dit"), WRONG)
def test_what_is_wrong_is_said_of_the_field_in_both_languages(
    step: str, typed: dict[str, Any], field: str, said: str, dit: str
) -> None:
    sent = {name: [value] if isinstance(value, str) else value for name, value in typed.items()}
    begun = boxes_of("received_at", TODAY) | {"publisher_reference": ["2026/1"], "language": ["en"]}
    answers = taken_over(BY_KEY[step], begun, (begun if step == "source" else {}) | sent)
    faults = checked(answers, "OIF", 1, TODAY).on(BY_KEY[step])
    for language, told in (("en", said), ("fr", dit)):
        drawing = Drawing(words(language), answers, faults)
        shown = {asked.first: drawing.question(asked) for asked in asked_on(BY_KEY[step], answers)}
        wrong = {name: f"{q.problem.sentence} {q.problem.remedy}" for name, q in shown.items() if q.problem}
        assert told.lower() in wrong.get(field, "").lower(), wrong
        assert [id_ for id_, *_ in drawing.problems()] == [fault.asked.first.replace(".", "-") for fault in faults]


ONE_OF_EACH = list({case[0]: case for case in WRONG}.values())


@pytest.mark.parametrize(("step", "typed", "field", "said", "dit"), ONE_OF_EACH, ids=[case[0] for case in ONE_OF_EACH])
def test_a_fault_stands_beside_its_field_and_the_head_of_the_page_leads_to_it(
    person: Person, step: str, typed: dict[str, Any], field: str, said: str, dit: str
) -> None:
    draft = anew(person, step)
    page = person.save(typed)
    assert page.status == 422
    assert said.lower() in page.problems[field].lower()
    assert f'href="#{field.replace(".", "-")}"' in page.text
    assert page.ids[field.replace(".", "-")] == field
    french = person.get(f"{draft}/{step}?mend=1&lang=fr").problems[field]
    assert dit.lower() in french.lower()
    person.get(f"{draft}/{step}?lang=en")


@pytest.mark.parametrize("step", [step.key for step in STEPS])
def test_a_page_with_the_fewest_answers_is_good_and_leads_on(person: Person, step: str) -> None:
    anew(person, step)
    page = person.save(LEAST.get(step, {}))
    keys = [*BY_KEY, "check"]
    assert page.path.endswith(f"/{keys[keys.index(step) + 1]}")


def test_what_was_typed_is_still_there_after_a_refusal_and_after_coming_back(person: Person) -> None:
    draft = anew(person, "events")
    typed = DAY | {
        "violation.date.month": "13",
        "narratives.0.text": " Line one\nline <two> ",
        "violation.companies": "A\nB",
    }
    for page in (person.save(typed), person.get(f"{draft}/events")):
        fields = page.forms[f"{draft}/events"]
        assert fields["violation.date.month"] == ["13"]
        assert fields["narratives.0.text"] == [" Line one\nline <two> "]
        assert fields["violation.companies"] == ["A\nB"]


def test_every_question_is_drawn_once_and_named_for_those_who_do_not_see(person: Person) -> None:
    draft = anew(person, "source")
    for step in STEPS:
        page = person.get(f"{draft}/{step.key}")
        names = [name for asked in asked_on(step, {}) for name in asked.inputs]
        drawn = set(page.forms[f"{draft}/{step.key}"]) | set(page.offered)
        assert set(names) <= drawn
        assert len(names) == len(set(names))
        assert len(page.ids) == page.text.count(' id="'), "no id stands twice"
        for asked in asked_on(step, {}):
            several = asked.question.kind in (Kind.ONE, Kind.SEVERAL, Kind.THREE) or asked.is_day
            assert several or f'<label for="{asked.first.replace(".", "-")}"' in page.text


def test_another_person_is_added_and_taken_away_with_buttons_alone(person: Person) -> None:
    draft = anew(person, "persons")
    person.save({"alleged_victims.0.names.0.value": "Tamsin Marvelle"}, do="add:alleged_victims")
    person.save({"alleged_victims.1.names.0.value": "Odile Marvelle"}, do="add:alleged_victims")
    person.save({"alleged_victims.2.names.0.value": "Ansel Quillfeather"}, do="continue")
    person.get(f"{draft}/persons")
    page = person.save({}, do="remove:alleged_victims.1")
    fields = page.forms[f"{draft}/persons"]
    assert fields["alleged_victims.0.names.0.value"] == ["Tamsin Marvelle"]
    assert fields["alleged_victims.1.names.0.value"] == ["Ansel Quillfeather"]
    assert "alleged_victims.2.names.0.value" not in fields


@pytest.mark.parametrize("wish", ["add:source", "remove:alleged_victims.9", "add:evidence", "remove:x", "add:"])
def test_a_wish_that_no_button_has_changes_nothing(person: Person, wish: str) -> None:
    draft = anew(person, "persons")
    page = person.save({"alleged_victims.0.names.0.value": "Tamsin Marvelle"}, do=wish)
    assert page.path == f"{draft}/events", "kept as it is, and gone on"


def test_there_are_no_more_of_a_part_than_the_form_takes(person: Person) -> None:
    draft = anew(person, "events")
    for _ in range(5):
        page = person.save({}, do="add:narratives")
    assert "narratives.3.text" in page.forms[f"{draft}/events"]
    assert "narratives.4.text" not in page.forms[f"{draft}/events"]
    assert 'value="add:narratives"' not in page.text


def test_enter_in_a_field_saves_and_goes_on(person: Person) -> None:
    """A browser presses the first button of a form; that must be none that adds or removes."""
    anew(person, "persons")
    first = person.page.text.index("<button", person.page.text.index(f'action="{person.page.path}"'))
    assert 'value="continue"' in person.page.text[first : first + 100]
