"""An operator sees what waits without a name, opens both reports on record, decides with one key, and can undo it."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from builders import a_victim, a_violation
from operator_pages import CSRF, OPERATOR, a_console, an_app, post, read, text_of
from resolving import Resolver, identity, withdrawal_of
from reviewing import AGAIN, BROTHER, LATIN, NAMES, OTHER, PERSIAN, SISTER, a_case_report, audited, references
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.domain.matching import wording
from tocsin.resolver.matching import load_matcher
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import judgements, reviews
from tocsin.store.views import review_queue
from tocsin_schemas.consent import Handling
from tocsin_schemas.victims import PersonName
from tocsin_schemas.violations import Place
from tocsin_schemas.vocabulary import Gender
from web_client import ask


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return a_console(tmp_path)


@pytest.fixture
def app(resolver: Resolver) -> FastAPI:
    return an_app(resolver.engine, resolver.deployment)


def the_review(resolver: Resolver) -> str:
    with reading(resolver.engine) as connection:
        line = next(line for line in review_queue.waiting(connection) if _is_of(resolver, line))
    return f"/reviews/{line.review_id}"


def _is_of(resolver: Resolver, line: review_queue.Line) -> bool:
    return {line.case_id, line.other_case_id} == {resolver.homes()[identity(each)] for each in (BROTHER, OTHER)}


def other(resolver: Resolver, kind: str = "certainty") -> str:
    with unit_of_work(resolver.engine) as connection:
        reviews.request(connection, kind, "unlikely", resolver.now, resolver.homes()[identity(BROTHER)])
        (line,) = review_queue.waiting(connection, kind)
    return f"/reviews/{line.review_id}"


def homes(resolver: Resolver) -> list[str]:
    return [resolver.homes()[identity(report)] for report in (BROTHER, AGAIN, OTHER)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_says_what_waits_and_why_and_names_nobody(resolver: Resolver, app: FastAPI, language: str) -> None:
    said, shown = words(language), read(app, f"/reviews?lang={language}")
    for expected in (said("kind.possible_duplicate"), "IRN", *set(references(resolver).values())):
        assert expected in shown
    assert not any(name in shown for name in NAMES)
    assert audited(resolver, "names-opened") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_matcher_remarks_is_said_in_words_on_the_page_of_the_case_too(
    resolver: Resolver, app: FastAPI, language: str
) -> None:
    reference = references(resolver)[resolver.homes()[identity(BROTHER)]]
    shown = read(app, f"/cases/{reference}?lang={language}")
    assert words(language)("remark.name-incomplete") in shown
    assert "name incomplete" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_reports_stand_side_by_side_with_the_whole_score(resolver: Resolver, app: FastAPI, language: str) -> None:
    said, shown = words(language), read(app, f"{the_review(resolver)}?lang={language}")
    assert SISTER in shown
    assert PERSIAN in shown or LATIN in shown
    keys = ("evidence.birth-agrees", "evidence.date-exact", "veto.name-conflict", "review.one_person", "evidence.start")
    for expected in (*map(said, keys), "1979", "Shiraz", "COE-CHR", "Press release of"):
        assert expected in shown
    assert "other Press release" not in shown, "a number of no known series stands by itself"


def test_that_names_were_opened_is_on_record_with_who_looked(resolver: Resolver, app: FastAPI) -> None:
    path = the_review(resolver)
    read(app, path)
    (entry,) = audited(resolver, "names-opened")
    assert entry.subject == path.removeprefix("/reviews/")
    assert entry.detail["by"] == OPERATOR
    assert identity(OTHER) in entry.detail["reports"]


def test_each_decision_has_a_key_and_a_plain_button(resolver: Resolver, app: FastAPI) -> None:
    html = ask(app, the_review(resolver)).text
    for word, key in (("same", "s"), ("different", "d"), ("same_person", "p")):
        assert f'<button name="decision" value="{word}" accesskey="{key}">' in html
    assert f'name="csrf" value="{CSRF}"' in html
    assert html.count("<script") == 1, "one key without Alt is all that a script adds"
    assert '<script src="/static/keys.js" defer></script>' in html


@pytest.mark.parametrize("decision", ["same", "different", "same_person"])
def test_a_decision_is_made_so_at_once_and_undone_as_fast(resolver: Resolver, app: FastAPI, decision: str) -> None:
    before = homes(resolver)
    led_to = post(app, f"{the_review(resolver)}/decision", decision=decision, note="They share one photograph.")
    assert (len(set(homes(resolver))) == 1) is (decision == "same")
    shown = read(app, led_to)
    assert words("en")("done.decided") in shown
    assert OPERATOR in shown
    path = led_to.partition("?")[0]
    assert words("en")("done.undone") in read(app, post(app, f"{path}/undo"))
    assert homes(resolver) == before
    assert words("en")("refused.undone.title") in text_of(ask(app, f"{path}/undo", "POST"))


def test_why_is_sealed_and_shown_beside_the_judgement(resolver: Resolver, app: FastAPI) -> None:
    path = the_review(resolver)
    post(app, f"{path}/decision", decision="different", note="Brother and sister.")
    shown = read(app, path)
    assert "Brother and sister." in shown
    assert words("en")("review.resolved", by=OPERATOR, at="").removesuffix(".").strip() in shown


def test_a_review_that_was_resolved_is_not_decided_again(resolver: Resolver, app: FastAPI) -> None:
    path = the_review(resolver)
    post(app, f"{path}/decision", decision="different")
    answer = ask(app, f"{path}/decision", "POST", data={"decision": "same"})
    assert answer.status_code == 409
    assert words("en")("refused.resolved.title") in text_of(answer)
    assert len(set(homes(resolver))) == 2


@pytest.mark.parametrize("decision", ["", "perhaps", "SAME"])
def test_what_is_no_decision_changes_nothing(resolver: Resolver, app: FastAPI, decision: str) -> None:
    before = resolver.dump()
    answer = ask(app, f"{the_review(resolver)}/decision", "POST", data={"decision": decision})
    assert answer.status_code in (409, 422)
    assert resolver.dump() == before


def test_a_withdrawn_report_cannot_be_decided_about(resolver: Resolver, app: FastAPI) -> None:
    path = the_review(resolver)
    resolver.accept(withdrawal_of(OTHER, 2), "report.withdrawn")
    answer = ask(app, f"{path}/decision", "POST", data={"decision": "same"})
    assert answer.status_code == 409


def test_a_review_of_no_pair_is_closed_and_one_of_a_pair_is_not(resolver: Resolver, app: FastAPI) -> None:
    path = other(resolver)
    assert words("en")("done.closed") in read(app, post(app, f"{path}/close"))
    assert ask(app, f"{path}/close", "POST").status_code == 409
    assert ask(app, f"{the_review(resolver)}/close", "POST").status_code == 409
    (entry,) = audited(resolver, "review-closed")
    assert entry.detail == {"by": OPERATOR, "kind": "certainty"}


def test_what_the_matcher_said_is_not_undone_on_this_page(resolver: Resolver, app: FastAPI) -> None:
    with reading(resolver.engine) as connection:
        known = judgements.find(connection, 1)
    assert known is not None
    assert known.author == judgements.MATCHER
    assert ask(app, "/decisions/1/undo", "POST").status_code == 404
    assert ask(app, "/decisions/1").status_code == 404


@pytest.mark.parametrize(
    "path", ["/reviews", "/reviews/{0}", "/reviews/{0}/decision", "/reviews/{0}/close", "/decisions/3"]
)
def test_who_is_neither_reviewer_nor_duty_officer_finds_nothing(resolver: Resolver, path: str) -> None:
    stranger = an_app(resolver.engine, resolver.deployment, *(set(Role) - {Role.REVIEWER, Role.DUTY_OFFICER}))
    address = path.format(the_review(resolver).removeprefix("/reviews/"))
    method = "POST" if address.endswith(("decision", "close")) else "GET"
    assert ask(stranger, address, method, data={"decision": "same"}).status_code == 404
    assert audited(resolver, "names-opened") == []


TABLES = {
    "evidence": wording.EVIDENCE,
    "veto": wording.VETOES,
    "remark": wording.REMARKS,
    "reason": wording.REASONS,
    "verdict": wording.VERDICTS,
}


@pytest.mark.parametrize("kind", TABLES)
def test_the_english_pages_say_what_the_commands_say(kind: str) -> None:
    said = words("en")
    assert {code: said(f"{kind}.{code}") for code in TABLES[kind]} == dict(TABLES[kind])


def test_every_code_of_a_review_has_words_in_every_language() -> None:
    wanted = [f"kind.{kind}" for kind in reviews.KINDS]
    wanted += [f"gender.{gender}" for gender in Gender if gender is not Gender.UNDISCLOSED]
    assert [key for language in LANGUAGES for key in wanted if not words(language).has(key)] == []


MARKS = {
    "names": ("/alleged_victims/names", (SISTER,), "review.withheld"),
    "birth": ("/alleged_victims/0/birth", ("1961",), "review.withheld_birth"),
    "gender": ("/alleged_victims/gender", (), "review.withheld_gender"),
    "place": ("/violation/place/name", ("Bushehr",), "review.withheld"),
    "dates": ("/violation/date", ("2024-02-03",), "review.withheld"),
    "references": ("/references", ("Press release of COE-CHR",), "review.withheld"),
    "number": ("/publisher_reference", ("COE-CHR-77",), "review.withheld"),
    "everything": ("/", (SISTER, "1961", "Bushehr", "Press release of COE-CHR", "COE-CHR-77"), "review.withheld"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", MARKS)
def test_what_a_publisher_withholds_is_compared_and_shown_to_no_reviewer(
    tmp_path: Path, what: str, language: str
) -> None:
    mark, hidden, said = MARKS[what]
    resolver = Resolver(tmp_path, load_matcher())  # type: ignore[arg-type]
    resolver.accept(BROTHER)
    theirs = a_case_report(
        "COE-CHR", SISTER, publisher_reference="COE-CHR-77", handling=Handling(confidential_fields=[mark]),
        alleged_victims=[a_victim(names=[PersonName(value=SISTER)], birth="1961")],
        violation=a_violation(country="IRN", date="2024-02-03", place=Place(name="Bushehr")),
    )  # fmt: skip
    resolver.accept(theirs)
    with unit_of_work(resolver.engine) as connection:
        ours, other_case = (resolver.homes()[identity(each)] for each in (BROTHER, theirs))
        reviews.request(connection, "possible_duplicate", "evidence", resolver.now, ours, other_case)
        (line, *_) = review_queue.waiting(connection)
    html = ask(an_app(resolver.engine, resolver.deployment), f"/reviews/{line.review_id}?lang={language}")
    assert html.status_code == 200
    beside = text_of(html)
    shown = [text for text in hidden if text in beside]
    assert shown == []
    assert words(language)(said) in beside
    assert words(language)("review.withheld_lead") in beside
    assert PERSIAN in beside, "what the other report shows stays"
    assert words(language)("review.one_person") in beside, "what came out of comparing them is shown"
