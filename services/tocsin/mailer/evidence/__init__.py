"""What became of each mail: the provider's events and log, doubt that is settled, and mails that did not arrive."""
