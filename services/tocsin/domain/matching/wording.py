"""The codes of matching in plain words, for those who decide and are no engineers."""

from collections.abc import Iterator, Mapping

from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.matching.explanation import START, Explanation
from tocsin.domain.matching.verdicts import Evidence, Verdict

EVIDENCE: Mapping[str, str] = {
    START: "starting point, before any evidence",
    "unnamed": "a name is withheld",
    "name": "the names as a whole",
    "name-for": "the names as a whole",
    "name-sure": "the names as a whole",
    "birth-agrees": "born in the same year, or a year apart",
    "birth-differs": "born in other years",
    "gender-differs": "another gender",
    "nationality-agrees": "the same nationality",
    "occupation-agrees": "the same occupation",
    "organisation-agrees": "the same organisation",
    "date-exact": "the same day",
    "date-within-3": "at most three days apart",
    "date-same-month": "the same month; a day is not given",
    "date-within-31": "at most a month apart",
    "date-swapped": "the same day if day and month changed places",
    "date-shifted": "the same day in another calendar or year",
    "date-within-120": "one to four months apart",
    "date-far": "more than four months apart",
    "date-imprecise": "dates too vague to compare",
    "date-missing": "a date is missing",
    "place-same": "the same place",
    "place-near": "places near each other",
    "place-same-area": "places in one area",
    "place-apart": "places far apart",
    "place-unknown": "places that nobody can compare",
    "place-missing": "a place is missing",
    "violation-agrees": "a violation in common",
    "violation-near": "violations that are often words for one act",
    "authority-agrees": "the same authority",
    "co-victims": "further victims in common",
    "words": "telling words that both accounts have",
    "country-differs": "another State",
    "arrest-differs": "arrested on days far apart",
}
"""What the evidence says that does not quote."""
VETOES: Mapping[str, str] = {
    "no-name": "a name is withheld",
    "name-conflict": "the names contradict each other: another first name, or a father's in its place",
    "birth-years": "the years of birth are more than a year apart",
    "gender": "the genders differ",
    "victims-overlap": "some victims agree, and each report has others besides",
    "other-victims": "neither report's victims are among the other's",
    "case-numbers": "one procedure has given them two different case numbers",
    "country": "no State in common",
}
"""What forbids that two reports are joined without a person."""
REMARKS: Mapping[str, str] = {
    "same-reference": "both quote one case number: that makes them one case, whatever the bits, if nothing forbids it",
    "name-too-common-or-unlike": "the names are too common, or too unlike, to tell by themselves",
    "name-incomplete": "the names are not given in full by both: a word stands on one side only, or as an initial",
    "no-event-evidence": "the dates do not show that it is one event: it may have happened again",
}
"""What is too thin to act upon by itself, and numbers that agree."""
REASONS: Mapping[str, str] = {
    "possible-duplicate": "the two may be one case",
    "same-person-nearby-date": "probably one person; whether it is one event is not sure",
    "match-kept-apart": "they look like one case, but it would have united cases that do not agree as a whole",
    "component-alarm": "they look like one case, but together it would be too large or too wide",
    "matching-incomplete": "they could not be compared",
    "too-large": "together they would be larger than any case so far",
    "too-many-countries": "together they would concern too many States",
    "birth-years": "together they would hold victims born in different years",
    "contradiction": "people have decided both that they are one and that they are not",
}
"""Why a person is asked; see ``resolution`` and ``graph``. Other reasons say what has just happened to a case."""
VERDICTS: Mapping[Verdict, str] = {
    Verdict.DUPLICATE: "one case",
    Verdict.POSSIBLE: "perhaps one case: a person decides",
    Verdict.SAME_PERSON: "one person, another event",
    Verdict.UNRELATED: "nothing to do with each other",
}


def told(evidence: Evidence) -> str:
    """One piece of evidence in words."""
    return evidence.words or EVIDENCE.get(evidence.code, evidence.code)


def why_apart(explained: Explanation, at: Thresholds) -> Iterator[str]:
    """Why the matcher does not make one case of two reports; nothing if it does."""
    if explained.verdict is Verdict.DUPLICATE:
        return
    for code in explained.vetoes:
        yield f"forbidden: {VETOES.get(code, code)}"
    if explained.score < at.join:
        yield f"P(one case) {explained.score:.2f} is below {at.join:.2f}"
    for code in explained.remarks:
        if code != "same-reference":
            yield f"too thin: {REMARKS.get(code, code)}"
