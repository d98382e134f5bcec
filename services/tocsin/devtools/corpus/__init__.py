"""The sample: invented cases as data, the letters that mechanisms would publish about them, what must come of it."""

from tocsin.devtools.corpus.expectations import CaseExpectation, Totals, expected_cases, expected_totals
from tocsin.devtools.corpus.keys import register, sign
from tocsin.devtools.corpus.letters import Letter, Outcome
from tocsin.devtools.corpus.loading import directory, load
from tocsin.devtools.corpus.seeding import seed, seed_canary

__all__ = [
    "CaseExpectation",
    "Letter",
    "Outcome",
    "Totals",
    "directory",
    "expected_cases",
    "expected_totals",
    "load",
    "register",
    "seed",
    "seed_canary",
    "sign",
]
