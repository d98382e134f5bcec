"""The public status page: whether each part works, and nothing of any case."""
