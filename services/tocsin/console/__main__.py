"""``python -m tocsin.console``."""

from tocsin.console.app import create_app
from tocsin.runtime import web
from tocsin.runtime.settings import Settings
from tocsin.store.database import answers, open_database


def main() -> None:
    settings = Settings()
    engine = open_database(settings.database)
    web.run("console", settings, settings.console_port, create_app, lambda: answers(engine))


if __name__ == "__main__":
    main()
