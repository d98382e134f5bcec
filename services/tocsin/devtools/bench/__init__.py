"""Figures: latency, throughput and memory of the whole stack, measured from outside."""
