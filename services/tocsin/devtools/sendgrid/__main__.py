"""``python -m tocsin.devtools.sendgrid``."""

import signal
import threading

from tocsin.devtools.sendgrid.app import Simulator
from tocsin.runtime import logs
from tocsin.runtime.settings import Settings


def main() -> None:
    settings = Settings()
    logs.configure("sendgrid", settings.log_level)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with Simulator.create(settings) as simulator:
        print(f"mailbox: {simulator.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
