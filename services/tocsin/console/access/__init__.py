"""Access to the console: who asks, with which roles, and how they sign in."""
