"""The recipients' pages: where the link of a mail leads. Reading changes nothing; answering takes a session."""
