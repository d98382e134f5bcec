"""``python -m tocsin.console``."""

import sys

from tocsin.console.access.desk import OpenConsoleRefused
from tocsin.console.access.provider import UnusableAccessFile
from tocsin.console.app import create_app
from tocsin.runtime import web
from tocsin.runtime.settings import Settings
from tocsin.store.database import answers, open_database


def main() -> None:
    settings = Settings()
    engine = open_database(settings.database)
    try:
        web.run("console", settings, settings.console_port, create_app, lambda: answers(engine))
    except (OpenConsoleRefused, UnusableAccessFile) as error:
        sys.exit(f"The console does not start: {error}")


if __name__ == "__main__":
    main()
