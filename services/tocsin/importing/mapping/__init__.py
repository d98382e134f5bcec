"""A row becomes a report: the mapping that says how, and the first guess of one."""
