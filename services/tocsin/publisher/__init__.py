"""The library that a mechanism publishes with: ``from tocsin.publisher import Publisher``."""
