"""Mail providers behind ``mailer.sender``: SendGrid, SMTP, and the fall-over from one to the other."""
