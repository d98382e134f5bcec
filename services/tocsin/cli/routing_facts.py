"""The facts of a claim that routing goes by, in words, for people who read a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.cli.wording import words
from tocsin.domain.claims import Claim, ConsentRule
from tocsin.domain.routing.mandates import flags_of
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels
from tocsin_schemas.vocabulary import ConsentStatus

_TOLD_ELSEWHERE = {"strict_reprisal", "broad_reprisal"}
_FURTHER_FLAGS = ("pregnant", "lawyer_denied", "prior_attacks")


def facts(claim: Claim, language: str) -> Iterator[tuple[str, str]]:
    """Each kind of fact that is present, and what is known of it."""
    yield from ((words(language)["facts"][kind], told) for kind, told in _kinds(claim, language) if told)


def states(codes: list[str], language: str) -> str:
    """The States with their codes."""
    return ", ".join(f"{code} {country_name(code, language)}" for code in codes)


def _kinds(claim: Claim, language: str) -> Iterator[tuple[str, str]]:
    said, known = words(language), labels(language)
    between, form = said["page"]["list"], said["facts"]
    yield "state", states([claim.country], language)
    yield "further_states", states(sorted(claim.further_states), language)
    yield "date", form["ongoing"].format(date=claim.date) if claim.ongoing else claim.date
    yield "violations", between.join(known["violations"][violation] for violation in claim.violations)
    yield "persons", _persons(claim, form)
    yield "flags", between.join(said["flags"][flag] for flag in _flags(claim))
    yield "topics", between.join(said["topics"][topic] for topic in claim.topics)
    yield "occupations", between.join(said["occupations"][occupation] for occupation in claim.occupations)
    yield "reprisal", between.join(_reprisals(claim, form))
    yield "urgency", known["urgencies"][claim.urgency]
    yield "expected_on", claim.expected_on or ""
    yield "next_hearing", claim.next_hearing or ""
    yield "accountability", said["accountabilities"][claim.accountability]
    certainty = known["certainties"][claim.certainty]
    yield "certainty", form["sources"].format(certainty=certainty, count=claim.independent_sources)
    yield "handling", between.join(_handling(claim, form))
    yield "consent", "\n".join(_consent(rule, said) for rule in claim.consents) or form["no_consent"]


def _persons(claim: Claim, form: dict[str, str]) -> str:
    if claim.victims:
        return form["victims"].format(count=claim.victims)
    return form["group"].format(count=claim.group_size) if claim.group_size else form["group_unknown"]


def _flags(claim: Claim) -> Iterator[str]:
    yield from sorted(flags_of(claim) - _TOLD_ELSEWHERE)
    yield from (name for name in _FURTHER_FLAGS if getattr(claim, name))


def _reprisals(claim: Claim, form: dict[str, str]) -> Iterator[str]:
    if claim.strict_reprisal:
        yield form["strict"].format(mechanism=claim.reprisal_mechanism)
    if claim.broad_reprisal:
        yield form["broad"]


def _handling(claim: Claim, form: dict[str, str]) -> Iterator[str]:
    yield f"TLP:{claim.tlp.upper()}"
    if claim.embargo_until is not None:
        yield form["embargo"].format(when=f"{claim.embargo_until:%Y-%m-%d %H:%M}")


def _consent(rule: ConsentRule, said: Mapping[str, Any]) -> str:
    form, page = said["facts"], said["page"]
    recipient = said["audiences"].get(rule.recipient, rule.recipient)
    marks = [said["consents"][rule.status]]
    if rule.status is ConsentStatus.GRANTED:
        marks.append(form["informed" if rule.informed else "not_informed"])
    if rule.expires_on is not None:
        marks.append(form["until"].format(day=rule.expires_on))
    told = page["list"].join(marks)
    return f"{said['purposes'][rule.purpose]} → {recipient}{page['colon']}{told}"
