"""The canary: sends a drill through everything, looks whether each component answers, and tells who is on duty."""
