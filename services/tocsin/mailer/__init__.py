"""The mailer: asks for a mail for each person whom an alert names, sends it once, and follows it to its end."""
