"""Fuzzing what publishers send: every input is accepted whole, or refused in words of ours, soon and in little room."""
