"""The open alerts of one person, page by page: each once, the most urgent first."""

from datetime import timedelta
from pathlib import Path

import planted
from databases import NOW, a_database
from tocsin.store.database import unit_of_work
from tocsin.store.views import own_alerts

PERSON, OTHER = "a" * 32, "b" * 32
NUMBER = own_alerts.PAGE + 5


def test_pages_hold_each_open_alert_of_the_mandates_and_those_by_which_the_person_was_written_to(
    tmp_path: Path,
) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        wanted = []
        for number in range(NUMBER):
            case_id = planted.plant_case(connection, number)
            due = {"reply_by": NOW + timedelta(hours=number), "priority": "P1" if number % 2 else "P2"}
            own = planted.plant_alert(connection, case_id, "UN-WGAD", **due)
            planted.plant_delivery(connection, own, case_id, recipient_id=PERSON)
            wanted.append((due["priority"], number, own))
            planted.plant_alert(connection, case_id, "UN-TORTURE", **due)
        for person, state in ((PERSON, "raised"), (PERSON, "closed"), (OTHER, "raised")):
            case_id = planted.plant_case(connection, f"{person}{state}")  # type: ignore[arg-type]
            alert = planted.plant_alert(connection, case_id, "COE-CHR", state=state, priority="P4")
            planted.plant_delivery(connection, alert, case_id, recipient_id=person)
            if (person, state) == (PERSON, "raised"):
                wanted.append(("P4", NUMBER, alert))
        pages = [own_alerts.open_ones(connection, PERSON, {"UN-WGAD"}, page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [own_alerts.PAGE, NUMBER + 1 - own_alerts.PAGE, 0]
    assert [alert.alert_id for page in pages for alert in page] == [alert_id for *_, alert_id in sorted(wanted)]
