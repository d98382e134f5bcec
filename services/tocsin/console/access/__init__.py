"""Who may come to the console, and what they may do there."""
