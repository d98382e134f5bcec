"""``python -m tocsin.devtools.sendgrid``."""

from tocsin.devtools import foreground
from tocsin.devtools.sendgrid.app import Simulator


def main() -> None:
    foreground.run("sendgrid", Simulator.create, lambda simulator: f"mailbox: {simulator.url}")


if __name__ == "__main__":
    main()
