"""The console: one read-only page for operators, and one for each case. Coded facts and ids; no names, no script."""
