"""``python -m tocsin.relay``."""

import asyncio
import signal

from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin.store.relaying import relay_forever


def main() -> None:
    settings = Settings()
    logs.configure("relay", settings.log_level)
    metrics.serve(settings.metrics_port, settings.bind, lambda: True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    deployment = load_deployment(settings.key_file)
    try:
        asyncio.run(relay_forever(open_database(settings.database), deployment.vault, settings.bootstrap))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
