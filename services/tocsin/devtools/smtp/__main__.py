"""``python -m tocsin.devtools.smtp``: beside the simulator at ``sendgrid_host``, whose mailbox shows its mail."""

from tocsin.devtools import foreground
from tocsin.devtools.smtp.app import SmtpSimulator


def main() -> None:
    foreground.run("smtp", SmtpSimulator.create, _greeting)


def _greeting(simulator: SmtpSimulator) -> str:
    return f"smtp: {simulator.host}:{simulator.port}, to be trusted: {simulator.ca_file}"


if __name__ == "__main__":
    main()
