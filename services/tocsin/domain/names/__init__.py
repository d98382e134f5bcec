"""Names: how they are written, and when two may be one."""
