"""Matching: which reports speak of one case."""
