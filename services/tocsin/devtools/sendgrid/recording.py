"""``python -m tocsin.devtools.sendgrid.recording``: the simulator, which keeps every request as it came.

In ``simulator/requests`` of the home: what a provider gets to know, beyond the mails that it takes.
"""

from typing import Any

from tocsin.devtools import foreground
from tocsin.devtools.sendgrid import app
from tocsin.devtools.sendgrid.answers import Answer
from tocsin.runtime.settings import Settings

OWN = ("/simulator/", "/health/")
"""What is no part of the provider."""


class Recording(app.Routes):
    """kept: the file, open for appending."""

    kept: Any = None

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        if not target.startswith(OWN):
            lines = [f"{method} {target}", *(f"{name}: {value}" for name, value in headers.items())]
            type(self).kept.write("\n".join(lines).encode() + b"\n\n" + body + b"\n\n")
        return super().answer(method, target, headers, body)


def main() -> None:
    folder = Settings().home / "simulator"
    folder.mkdir(parents=True, exist_ok=True)
    Recording.kept = (folder / "requests").open("ab", buffering=0)
    app.Routes = Recording  # type: ignore[misc]  # the simulator makes its routes itself
    foreground.run("sendgrid", app.Simulator.create, lambda simulator: f"mailbox: {simulator.url}")


if __name__ == "__main__":
    main()
