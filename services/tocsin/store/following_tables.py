"""The tables of following: actions, replies, recommendations, due times, and what people decided of a case."""
