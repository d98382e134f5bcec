"""One routing as a page for people: the facts, the priority, who is competent, who is told what, and who is not."""

from collections.abc import Iterable, Iterator
from functools import partial

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from tocsin.cli.routing_facts import facts, states
from tocsin.cli.tables import grid
from tocsin.cli.wording import in_language, sentences, words
from tocsin.devtools.evaluation.routing import Case, routed
from tocsin.domain.routing.consent import day_of
from tocsin.domain.routing.jurisdiction import Ruling, rule_on_all
from tocsin.domain.routing.mandates import trigger
from tocsin.domain.routing.routes import Refusal, Route
from tocsin.domain.routing.triage import Triage
from tocsin.knowledge.load import labels, load
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Competence, Mandate, Membership, Sourced

_KINDS = {"flag": "flags", "occupation": "occupations", "topic": "topics"}
"""What made a mandate competent, and where our own words for such facts are."""
_grid = partial(grid, width=21, gap=2)


class Page:
    """What the router decides for one report, in one language."""

    def __init__(self, case: Case, language: str) -> None:
        self._case, self._claim, self._language = case, case.claim, language
        self._words, self._labels = words(language), labels(language)
        self._page = self._words["page"]
        self._known = load()
        self._mandates = {mandate.key: mandate for mandate in self._known.mandates}

    def parts(self) -> Iterator[RenderableType]:
        """In the order in which they are read."""
        routing, now = routed(self._case), f"{self._case.moment:%Y-%m-%d %H:%M}"
        yield Text(self._page["title"].format(publisher=self._claim.publisher, now=now), style="bold")
        yield _heading(self._page["facts"])
        yield _grid((Text(kind), Text(told)) for kind, told in facts(self._claim, self._language))
        yield _heading(self._page["priority"].format(priority=routing.priority))
        judged = Triage(routing.priority, routing.triage_rule, routing.reasons, routing.needs_review)
        yield Text("\n".join(sentences(judged, self._language)))
        yield from self._competence()
        yield from self._told(routing.routes)
        yield from self._refused(routing.refusals)
        yield Text(f"\n{self._page['legend']}", style="dim")

    def _competence(self) -> Iterator[RenderableType]:
        rulings = rule_on_all([self._claim], self._known, day_of(self._case.moment)).values()
        for title, competent in (("competent", True), ("not_competent", False)):
            found = [ruling for ruling in rulings if ruling.competent is competent]
            yield _heading(self._page[title].format(count=len(found)))
            yield _grid((Text(r.mechanism, style="bold" if competent else "dim"), self._ruling(r)) for r in found)

    def _ruling(self, ruling: Ruling) -> Text:
        mechanism, rule = self._known.mechanisms[ruling.mechanism], self._labels["rules"][ruling.rule]
        told = self._marked(in_language(mechanism.name, self._language), mechanism).append("\n")
        if mechanism.competence is Competence.ALL_STATES:
            return told.append(rule)
        told.append(f"{rule.removesuffix('.')} ({mechanism.organisation or mechanism.key}, {ruling.state}")
        if ruling.membership is not None:
            told.append(self._page["colon"]).append_text(self._period(ruling.membership))
        told.append(").")
        territory = self._known.territories.get(self._claim.country)
        if territory is not None and territory.state == ruling.state:
            told.append_text(self._marked(f" {territory.code} → {ruling.state}", territory))
        return told

    def _period(self, period: Membership) -> Text:
        screen = self._labels["screen"]
        begun = f" {screen['from']} {period.valid_from}" if period.valid_from else ""
        ended = f"{self._page['list']}{screen['until']} {period.valid_to}" if period.valid_to else ""
        return self._marked(f"{self._labels['statuses'][period.status]}{begun}{ended}", period)

    def _told(self, routes: tuple[Route, ...]) -> Iterator[RenderableType]:
        yield _heading(self._page["told"].format(count=len(routes)))
        if not routes:
            yield Text(self._page["nobody_told"])
            return
        yield _grid((Text(f"{r.mandate:<18} {r.level}", style="bold"), self._route(r)) for r in routes)
        yield _heading(self._page["may_show"])
        shown = {route.level: route.fields for route in routes}
        yield _grid((Text(level, style="bold"), Text(self._shown(level, shown[level]))) for level in sorted(shown))

    def _route(self, route: Route) -> Text:
        mandate = self._mandates[route.mandate]
        told = self._marked(in_language(mandate.name, self._language), mandate)
        rule, matched = self._labels["rules"][route.rule], self._matched(mandate)
        return told.append(f"\n{rule.removesuffix('.')} ({matched})." if matched else f"\n{rule}")

    def _matched(self, mandate: Mandate) -> str:
        """The facts by which the mandate is competent, in words."""
        found = trigger(mandate, self._claim)
        if found is None:
            return ""
        kind, matched = found.rule.removeprefix("mandate-by-"), found.detail.split(", ")
        if kind == "country":
            return states(matched, self._language)
        named = self._labels["violations"] if kind == "violation" else self._words.get(_KINDS.get(kind, ""))
        return str(self._page["list"].join(named[fact] for fact in matched)) if named else ""

    def _shown(self, level: DisclosureLevel, fields: Iterable[str]) -> str:
        if level is DisclosureLevel.L0:
            return str(self._page["may_show_nothing"])
        said, groups = self._words["shown"], dict[str, list[str]]()
        for field in fields:
            group = field.split("/")[1]
            groups.setdefault(said.get(group, group), []).append(said["fields"].get(field, field))
        between, colon = self._page["list"], self._page["colon"]
        return "\n".join(f"{group}{colon}{between.join(names)}" for group, names in groups.items())

    def _refused(self, refusals: tuple[Refusal, ...]) -> Iterator[RenderableType]:
        yield _heading(self._page["not_told"].format(count=len(refusals)))
        if not refusals:
            yield Text(self._page["nobody_refused"])
        yield _grid((Text(refusal.mandate, style="dim"), self._refusal(refusal)) for refusal in refusals)

    def _refusal(self, refusal: Refusal) -> Text:
        mandate = self._mandates[refusal.mandate]
        told = self._marked(in_language(mandate.name, self._language), mandate)
        told.append(f"\n{self._labels['rules'][refusal.rule]}")
        if refusal.release_at is not None:
            told.append(f" ({self._page['may_release'].format(when=f'{refusal.release_at:%Y-%m-%d %H:%M}')})")
        return told

    def _marked(self, told: str, fact: Sourced) -> Text:
        text = Text(told)
        return text if fact.verified_on else text.append(f" [{self._page['unverified']}]", style="yellow")


def _heading(title: str) -> Rule:
    return Rule(title, align="left", style="bold", characters="─")
