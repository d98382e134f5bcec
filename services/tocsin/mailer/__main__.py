"""``python -m tocsin.mailer``."""

from tocsin.mailer.app import create_app, create_sending
from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import is_assigned, run_worker


def main() -> None:
    settings = Settings()
    logs.configure("mailer", settings.log_level)
    mailing = create_sending(settings)
    app = create_app(settings, mailing)
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_assigned(app))
    try:
        run_worker(app, settings.log_level)
    finally:
        mailing.sending.stop()


if __name__ == "__main__":
    main()
