"""A SendGrid that never sends: the same API, answers, events and log, a durable ledger, and faults on request."""
