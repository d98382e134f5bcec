"""``python -m tocsin.devtools.smtp``: beside the simulator at ``sendgrid_host``, whose mailbox shows its mail."""

import signal
import threading

from tocsin.devtools.smtp.app import SmtpSimulator
from tocsin.runtime import logs
from tocsin.runtime.settings import Settings


def main() -> None:
    settings = Settings()
    logs.configure("smtp", settings.log_level)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with SmtpSimulator.create(settings) as simulator:
        print(f"smtp: {simulator.host}:{simulator.port}, to be trusted: {simulator.ca_file}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
