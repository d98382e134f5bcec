"""Faults on purpose: kill storms, an independent checker, and mutants that the checker must catch."""
