"""The auditor: proves all the time that nothing is lost, and has what is missing read again."""
