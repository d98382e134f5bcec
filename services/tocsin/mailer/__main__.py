"""``python -m tocsin.mailer``."""

from tocsin.mailer.app import create_app, create_sending
from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import run_worker


def main() -> None:
    settings = Settings()
    logs.configure("mailer", settings.log_level)
    metrics.serve(settings.metrics_port, settings.bind, lambda: True)
    sending, reconciliation = create_sending(settings)
    try:
        run_worker(create_app(settings, sending, reconciliation), settings.log_level)
    finally:
        sending.stop()


if __name__ == "__main__":
    main()
