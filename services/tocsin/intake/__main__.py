"""``python -m tocsin.intake``: one worker, which is enough for many mechanisms (ADR 17)."""

from tocsin.intake.app import create_app
from tocsin.runtime import web
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.settings import Settings
from tocsin.store.database import answers, open_database


def main() -> None:
    settings = Settings()
    engine = open_database(settings.database)
    web.run(
        "intake",
        settings,
        settings.intake_port,
        create_app,
        lambda: answers(engine) and is_reachable(settings.bootstrap),
    )


if __name__ == "__main__":
    main()
