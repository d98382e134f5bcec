"""``python -m tocsin.resolver``."""

from tocsin.resolver.app import create_app
from tocsin.runtime import logs, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import is_assigned, run_worker


def main() -> None:
    settings = Settings()
    logs.configure("resolver", settings.log_level)
    app = create_app(settings)
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_assigned(app))
    run_worker(app, settings.log_level)


if __name__ == "__main__":
    main()
