"""Killing whoever sends while the provider fails loses no mail, and what goes out again says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from tocsin.devtools.broker import Broker
from tocsin.devtools.faults.mail_storm import mail_storm

A_TENTH_OF_THE_DOUBT = 1.0
"""Seconds: an urgent mail in doubt waits so long, and ten times as long where a person is asked."""
FEW = 0.05
"""So short a doubt ends before a mailer that was killed is back: of 160 mails a few may go out again, marked."""


@pytest.mark.kafka
@pytest.mark.timeout(400)
def test_five_kills_under_a_faulty_provider_lose_no_mail_and_mark_each_repeat(
    fresh_broker: Broker, tmp_path: Path
) -> None:
    storm = mail_storm(tmp_path / "home", kills=5, reports=12, seed=2)
    verdict = replace(storm, doubt=A_TENTH_OF_THE_DOUBT, repeats=FEW, bootstrap=fresh_broker.bootstrap).run()
    assert verdict.breaches == [], verdict.figures
    assert verdict.figures["unknown_outcomes_resolved"] > 0, "it met no fault"
