"""``python -m tocsin.console``."""

from tocsin.console.app import create_app
from tocsin.runtime import logs, metrics, web
from tocsin.runtime.settings import Settings


def main() -> None:
    settings = Settings()
    logs.configure("console", settings.log_level)
    metrics.serve(settings.metrics_port, settings.bind, lambda: True)
    web.serve(create_app(settings), settings.bind, settings.console_port)


if __name__ == "__main__":
    main()
