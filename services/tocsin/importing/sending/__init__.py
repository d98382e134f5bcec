"""Reports go out by one of two doors, each once."""
