"""A mail server that sends nothing on: STARTTLS, AUTH and delivery reports, the mailbox's ledger, and faults."""
