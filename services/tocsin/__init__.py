"""Tocsin: alerts the competent mandate-holders, once, when a human rights defender is in danger."""
