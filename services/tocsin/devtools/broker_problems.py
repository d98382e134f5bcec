"""Why the embedded broker does not run, with what to do about it."""


class BrokerProblem(RuntimeError):
    """code: stable. remedy: what a person can do."""

    def __init__(self, code: str, what: str, remedy: str) -> None:
        super().__init__(f"[{code}] {what}. What to do: {remedy}.")
        self.code = code
        self.remedy = remedy
