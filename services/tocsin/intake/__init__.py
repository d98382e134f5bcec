"""The HTTP intake: the same reports, for those who have no Kafka client; and a form for those who have no system."""
