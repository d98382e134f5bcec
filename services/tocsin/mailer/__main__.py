"""``python -m tocsin.mailer``."""

import logging

from tocsin.mailer.app import create_app, create_sending
from tocsin.mailer.checks.account import at_start
from tocsin.mailer.checks.finding import Verdict
from tocsin.mailer.outlets import Outlets
from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import is_assigned, run_worker


def main() -> None:
    settings = Settings()
    logs.configure("mailer", settings.log_level)
    look_before_sending(settings)
    mailing = create_sending(settings)
    app = create_app(settings, mailing)
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_assigned(app))
    try:
        run_worker(app, settings.log_level)
    finally:
        mailing.sending.stop()


def look_before_sending(settings: Settings) -> None:
    """Exit if the account tracks readers, or lets mail go in clear text. What cannot be checked is only logged."""
    for finding in at_start(Outlets(settings).account):
        if finding.verdict is Verdict.WRONG:
            raise SystemExit(f"The mailer does not start. {finding.sentence}")
        if finding.verdict is Verdict.WARNING:
            logging.getLogger(__name__).warning(finding.sentence)


if __name__ == "__main__":
    main()
