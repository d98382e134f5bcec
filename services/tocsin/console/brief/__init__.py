"""The brief for a meeting of mechanisms, and one case on paper or as a file."""
