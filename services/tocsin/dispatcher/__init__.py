"""The dispatcher: decides who is competent and may be told, and raises, updates, holds or closes their alerts."""
