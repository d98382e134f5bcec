"""Evaluation: how well the matcher does on labelled pairs, beside what it has to reach and what others reach."""
