"""The golden routing table: what the right answer is, written by hand from the law, and the pages made from it."""
