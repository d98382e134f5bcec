"""Mutation testing: a module is changed in every small way, and each change has to make some test fail."""
