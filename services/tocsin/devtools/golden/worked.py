"""The worked example: one report, from its facts to those who are told and those who are not, in two languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

import yaml

from tocsin.devtools.golden.judging import holders
from tocsin.devtools.golden.reading import NOW
from tocsin.devtools.golden.tabular import table
from tocsin.devtools.golden.words import Words, words
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.jurisdiction import Ruling, rule_on_all
from tocsin.domain.routing.mandates import trigger
from tocsin.domain.routing.routes import Routing, route
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels, load
from tocsin_schemas.knowledge import ClockKind, Mandate
from tocsin_schemas.reports import Report

_CODED = ("occupations", "topics")


@dataclass(frozen=True, slots=True)
class _Example:
    text: str
    claim: Claim
    rulings: dict[str, Ruling]
    routing: Routing
    language: str
    said: Words

    def rule(self, code: str) -> str:
        """A rule as a sentence, as mails have it."""
        return labels(self.language)["rules"][code]

    def mandate(self, key: str) -> Mandate:
        return next(m for m in load().mandates if m.key == key)

    def name(self, key: str) -> str:
        return f"{self.mandate(key).name[self.language]} (`{key}`)"

    def instant(self, moment: datetime) -> str:
        hour, minute = f"{moment:%H}", f"{moment:%M}"
        return self.said["example"]["instant"].format(day=self.day(moment.date()), hour=hour, minute=minute)

    def day(self, day: date) -> str:
        """With the month as a word, as both languages write it."""
        month = self.said["months"][str(day.month)]
        first = self.said["months"]["first"] if day.day == 1 else str(day.day)
        return f"{first} {month} {day.year}"


def worked_example(language: str) -> str:
    """The page, in Markdown. The same report and knowledge give the same bytes."""
    case = _read(language)
    page = case.said["example"]
    steps = (_report, _facts, _competence, _mandates, _consent, _priority, _routes, _refusals)
    opening = [f"# {page['title']}", f"<!-- {page['generated']} -->", page["intro"].format(now=case.instant(NOW))]
    headed = [f"## {page[f'step_{n}']}\n\n{step(case)}" for n, step in enumerate(steps, start=1)]
    return "\n\n".join([*opening, *headed]) + "\n"


def _read(language: str) -> _Example:
    text = (files(__package__) / "example.yaml").read_text(encoding="utf-8").partition("\n")[2]
    report = Report.model_validate(yaml.safe_load(text), strict=False)
    claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
    rulings = rule_on_all([claim], load(), NOW.date())
    return _Example(text, claim, rulings, route([claim], holders(), load(), NOW), language, words(language))


def _report(case: _Example) -> str:
    return f"{case.said['example']['about_1']}\n\n```yaml\n{case.text.strip()}\n```"


def _facts(case: _Example) -> str:
    page, claim, codes = case.said["example"], case.claim, case.said["codes"]
    known = labels(case.language)
    values = {
        "country": country_name(claim.country, case.language),
        "date": case.day(date.fromisoformat(claim.date)),
        "ongoing": page["yes"] if claim.ongoing else page["no"],
        "violations": ", ".join(known["violations"][v] for v in claim.violations),
        "victims": str(claim.victims),
        "woman": page["yes"] if claim.woman else page["no"],
        **{kind: ", ".join(codes[c] for c in getattr(claim, kind)) for kind in _CODED},
        "lawyer_denied": page["yes"] if claim.lawyer_denied else page["no"],
        "company_involved": page["yes"] if claim.company_involved else page["no"],
        "reprisal": claim.reprisal_mechanism or page["no"],
        "next_hearing": case.day(date.fromisoformat(claim.next_hearing)) if claim.next_hearing else page["no"],
        "urgency": known["urgencies"][claim.urgency],
        "certainty": known["certainties"][claim.certainty],
    }
    rows = [(case.said["facts"][name], value) for name, value in values.items()]
    return f"{page['about_2']}\n\n{table((page['fact'], page['value']), rows)}"


def _competence(case: _Example) -> str:
    page, claim = case.said["example"], case.claim
    about = page["about_3"].format(
        state=country_name(claim.country, case.language), day=case.day(date.fromisoformat(claim.date))
    )
    rows = [
        (load().mechanisms[key].name[case.language], page["yes" if r.competent else "no"], case.rule(r.rule))
        for key, r in sorted(case.rulings.items(), key=lambda item: not item[1].competent)
    ]
    return f"{about}\n\n{table((page['mechanism'], page['is_competent'], page['because']), rows)}"


def _mandates(case: _Example) -> str:
    page = case.said["example"]
    rows = list(_concerned(case))
    return f"{page['about_4']}\n\n{table((page['mandate'], page['because'], page['facts']), rows)}"


def _concerned(case: _Example) -> Iterator[tuple[str, str, str]]:
    for mandate in load().mandates:
        found = trigger(mandate, case.claim)
        if found is not None and case.rulings[mandate.mechanism].competent:
            yield case.name(mandate.key), case.rule(found.rule), _in_words(case, found.rule, found.detail)


def _in_words(case: _Example, rule: str, detail: str) -> str:
    """The facts of a trigger; what is always competent, or protects its own cooperation, needs none."""
    if not rule.startswith("mandate-by") or rule == "mandate-by-reprisal":
        return ""
    known = {**labels(case.language)["violations"], **case.said["codes"]}
    return ", ".join(known[code] for code in detail.split(", "))


def _consent(case: _Example) -> str:
    page, codes = case.said["example"], case.said["codes"]
    mechanisms = load().mechanisms
    rows = []
    for decision in case.claim.consents:
        towards = codes.get(decision.recipient) or mechanisms[decision.recipient].name[case.language]
        end = f", {page['until'].format(day=case.day(decision.expires_on))}" if decision.expires_on else ""
        rows.append((towards, codes[decision.purpose], codes[decision.status] + end))
    return f"{page['about_5']}\n\n{table((page['to_whom'], page['purpose'], page['decision']), rows)}"


def _priority(case: _Example) -> str:
    page, routing = case.said["example"], case.routing
    known, codes = case.said["reasons"], case.said["codes"]
    axes = {r.partition("-")[0]: codes[r] for r in routing.reasons if r in codes}
    aggravators = ", ".join(known[r] for r in routing.reasons if r in known)
    priority = f"{routing.priority} ({labels(case.language)['priorities'][routing.priority]})"
    return page["about_6"].format(
        **axes, aggravators=aggravators, priority=priority, rule=case.rule(routing.triage_rule)
    )


def _routes(case: _Example) -> str:
    page, clocks = case.said["example"], load().clocks.values()
    first = next(c.duration for c in clocks if c.kind is ClockKind.ESCALATION and c.priority is case.routing.priority)
    about = page["about_7"].format(
        first=page["minutes"].format(count=int(first.total_seconds() // 60)),
        withheld=f"`{', '.join(case.claim.confidential_fields)}`",
    )
    rows = [
        (case.name(r.mandate), page[str(r.level)], case.instant(r.reply_by) if r.reply_by else "")
        for r in case.routing.routes
    ]
    return f"{about}\n\n{table((page['mandate'], page['content'], page['answer_by']), rows)}"


def _refusals(case: _Example) -> str:
    page = case.said["example"]
    rows: Sequence[tuple[str, str]] = [(case.name(r.mandate), case.rule(r.rule)) for r in case.routing.refusals]
    return f"{page['about_8']}\n\n{table((page['mandate'], page['because']), rows)}"
