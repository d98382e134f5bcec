"""Mail that comes in: read, told apart, placed with its case, and never taken for an acknowledgement."""
