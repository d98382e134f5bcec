"""Dated facts about mechanisms, with their sources: who is competent where, for what, since when."""
