"""The published language of Tocsin: the events that mechanisms and services exchange.

Nothing here but pydantic models and closed vocabularies, so that a mechanism can depend on it alone.
"""
