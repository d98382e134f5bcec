"""The table as a page that a lawyer can read: one row for each case, in words, from the table alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tocsin.devtools.golden.reading import Case, Expected, Group, groups, sets
from tocsin.devtools.golden.tabular import table
from tocsin.devtools.golden.words import Words, words
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import load

_AS_IT_IS: Mapping[str, str] = {}


def golden_page() -> str:
    """The whole page, in Markdown. The same table gives the same bytes."""
    said = words("en")
    parts = [_opening(said), *(_group(group, said) for group in groups()), _mandates(said)]
    return "\n\n".join(parts) + "\n"


def _opening(said: Words) -> str:
    page = said["page"]
    count = sum(len(group.cases) for group in groups())
    lists = [(f"*{name}*", _told(members, said)) for name, members in sets().items() if len(members) > 1]
    return "\n\n".join(
        [
            f"# {page['title']}",
            f"<!-- {page['generated']} -->",
            page["intro"].format(count=count),
            f"## {page['lists']}",
            page["about_lists"],
            table((page["list"], page["mandates"]), lists),
        ]
    )


def _group(group: Group, said: Words) -> str:
    page, with_competence = said["page"], any(c.expected.competent is not None for c in group.cases)
    heads = ["case", "state", *(["competent"] if with_competence else []), "told", "not_told", "priority"]
    rows = [_row(case, said, with_competence=with_competence) for case in group.cases]
    return "\n\n".join([f"## {group.title}", group.about, table([page[head] for head in heads], rows)])


def _row(case: Case, said: Words, *, with_competence: bool) -> list[str]:
    expected = case.expected
    told = _told(expected.words, said)
    if expected.told is None and told:
        told += f"; {said['page']['among_others']}"
    by_level = {mandate: said["page"][f"level_{level}"] for mandate, level in expected.levels.items()}
    told = "; ".join(filter(None, [told, *_by_rule(by_level)]))
    return [
        f"{case.title}.{f' *{case.why}*' if case.why else ''}",
        _where_and_when(case, said),
        *([_competent(expected, said)] if with_competence else []),
        f"**{said['page']['nobody']}**" if expected.told == {} else told,
        _not_told(expected, said),
        _priority(expected, said),
    ]


def _where_and_when(case: Case, said: Words) -> str:
    """The States and days of all reports, each once, and the moment of looking where it is not the usual one."""
    violations = [report.violation for report in case.reports]
    states = dict.fromkeys(code for v in violations for code in (v.country, *v.further_states))
    days = dict.fromkeys(f"{v.date}{', ' + said['page']['ongoing'] if v.ongoing else ''}" for v in violations)
    looked = [f"{said['page']['looked_at']} {case.now:%Y-%m-%d}"] if case.has_own_time else []
    return "; ".join([", ".join(country_name(code, "en") for code in states), " / ".join(days), *looked])


def _competent(expected: Expected, said: Words) -> str:
    """Beside those competent everywhere; and why not, where it is not simply "not a member"."""
    if expected.competent is None:
        return ""
    rules, names = said["rules"], said["organisations"]
    default = {"EU": "third-country"}
    why = {o: expected.by.get(o, default.get(o, "member-state")) for o in names if o in expected.competent}
    absent = dict(expected.otherwise)
    if "EU" not in expected.competent:
        absent["EU"] = "own-member"
    return "; ".join([*_by_rule(why, rules, names), *(f"**not** {part}" for part in _by_rule(absent, rules, names))])


def _told(sentences: Sequence[str], said: Words) -> str:
    """Shared lists by name, then mandates by what made them competent."""
    single = {name: members[0] for name, members in sets().items() if len(members) == 1}
    lists = [f"*{s}*" for s in sentences if " " not in s and s not in single]
    plain = [single.get(s, s) for s in sentences if " " in s or s in single]
    by_mandate = {mandate: rule for mandate, _, rule in (s.partition(" ") for s in plain)}
    return "; ".join([*([", ".join(lists)] if lists else []), *_by_rule(by_mandate, said["rules"])])


def _not_told(expected: Expected, said: Words) -> str:
    page = said["page"]
    parts = list(_by_rule(expected.refused, said["rules"]))
    if expected.not_told:
        parts.append(f"{', '.join(expected.not_told)} ({page['not_concerned']})")
    parts += [f"`{field}` {page['never_shown']}" for field in expected.not_shown]
    return "; ".join(parts)


def _priority(expected: Expected, said: Words) -> str:
    if expected.priority is None:
        return ""
    rule = f" {said['rules'][expected.triage_rule]}" if expected.triage_rule else ""
    axes = "".join(f"; {r.replace('-', ' ')}" for r in expected.reasons if r not in said["reasons"])
    aggravating = ", ".join(said["reasons"][r] for r in expected.reasons if r in said["reasons"])
    lifted = f"; {said['page']['lifted']} {aggravating}" if aggravating else ""
    person = f"; {said['page']['to_a_person']}" if expected.to_a_person else ""
    return f"**{expected.priority}**{rule}{axes}{lifted}{person}"


def _by_rule(
    rules: Mapping[str, str], phrases: Mapping[str, str] = _AS_IT_IS, names: Mapping[str, str] = _AS_IT_IS
) -> Iterator[str]:
    """Things that share a rule stand together: ``UN-WGAD, ACHPR-PRISONS (the violation)``."""
    together: dict[str, list[str]] = defaultdict(list)
    for thing, rule in rules.items():
        together[rule].append(names.get(thing, thing))
    return (f"{', '.join(things)} ({phrases.get(rule, rule)})" for rule, things in together.items())


def _mandates(said: Words) -> str:
    """What the keys stand for."""
    page = said["page"]
    named: Iterable[tuple[str, str]] = (
        (f"`{m.key}`", m.name["en"] + (f" ({page['unverified']})" if m.verified_on is None else ""))
        for m in load().mandates
    )
    return "\n\n".join([f"## {page['keys']}", page["about_keys"], table((page["key"], page["name"]), list(named))])
