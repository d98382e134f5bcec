"""Every kind of mail in every language, written to files and drawn by a browser, so that somebody can look at them."""
