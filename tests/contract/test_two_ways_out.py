"""Both simulators behind the sender that the mailer uses: SendGrid goes away, and comes back."""

from pathlib import Path

from mailing import a_mail, eventually
from providers import a_mail_server, a_provider, smtp_settings
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.outlets import Outlets
from tocsin.mailer.sender import Accepted, RetryAfter, Stops

URGENT = a_mail(is_urgent=True, delivery_id="aa" * 16)


def test_while_sendgrid_is_away_urgent_mail_goes_by_smtp_once_and_the_rest_waits(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator, a_mail_server(tmp_path, simulator) as server:
        outlets = Outlets(smtp_settings(tmp_path, server, sendgrid_host=simulator.url))
        sender = outlets.sender
        simulator.faults.plan(Fault.REFUSED, 1, seconds=1.5)
        assert isinstance(sender.send(URGENT), Accepted)
        waiting = sender.send(a_mail())
        assert isinstance(waiting, RetryAfter)
        assert waiting.stops is Stops.ROUTINE
        eventually(outlets.sendgrid.probe)
        assert isinstance(sender.send(a_mail()), Accepted)
        assert outlets.smtp is not None
        outlets.smtp.close()
        kept = [(mail["provider"], mail["custom_args"]["d"]) for mail in simulator.ledger.whole()]
    assert kept == [("smtp", "aa" * 16), ("sendgrid", "0f" * 16)]


def test_without_a_mail_server_there_is_one_way_and_everything_waits(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        sender = Outlets(smtp_settings(tmp_path, _Nobody(tmp_path), sendgrid_host=simulator.url)).sender
        simulator.faults.plan(Fault.REFUSED, 1, seconds=0.2)
        outcome = sender.send(URGENT)
    assert isinstance(outcome, RetryAfter)
    assert outcome.stops is Stops.ALL


class _Nobody:
    """No server: its settings are empty."""

    host, port, user, password_file = "", 587, "", None

    def __init__(self, folder: Path) -> None:
        self.ca_file = folder / "none.pem"
