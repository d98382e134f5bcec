"""A Uwazi collection, followed from change to change."""
