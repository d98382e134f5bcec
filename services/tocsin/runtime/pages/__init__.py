"""What the pages of every service have in common: a frame, cookies, and what proves a form to be theirs."""
