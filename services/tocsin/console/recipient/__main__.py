"""``python -m tocsin.console.recipient``."""

from tocsin.console.recipient.app import create_app
from tocsin.runtime import logs, metrics, web
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.settings import Settings
from tocsin.store.database import answers, open_database


def main() -> None:
    settings = Settings()
    logs.configure("pages", settings.log_level)
    engine, address = open_database(settings.database), f"{settings.bind}:{settings.pages_port}"
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_reachable(address) and answers(engine))
    web.serve(create_app(settings), settings.bind, settings.pages_port)


if __name__ == "__main__":
    main()
