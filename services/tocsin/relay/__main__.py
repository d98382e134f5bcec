"""``python -m tocsin.relay``."""

import asyncio
import signal
import threading

from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin.store.streams.relaying import relay_forever


def main() -> None:
    settings = Settings()
    logs.configure("relay", settings.log_level)
    connected = threading.Event()
    metrics.serve(settings.metrics_port, settings.bind, connected.is_set)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    try:
        asyncio.run(relay_forever(engine, deployment, settings.kafka, connected))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
