"""What a metric says, for tests that compare it before and after."""

from tocsin.runtime import metrics


def value(name: str, **labels: str) -> float:
    """Of one series; 0 if there is none yet."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0
