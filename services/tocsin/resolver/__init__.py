"""The resolver: takes reports in, and recognises those that speak of one case."""
