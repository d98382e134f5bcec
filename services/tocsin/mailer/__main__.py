"""``python -m tocsin.mailer``."""

from tocsin.mailer.app import create_app
from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import run_worker


def main() -> None:
    settings = Settings()
    logs.configure("mailer", settings.log_level)
    metrics.serve(settings.metrics_port, settings.bind, lambda: True)
    run_worker(create_app(settings), settings.log_level)


if __name__ == "__main__":
    main()
