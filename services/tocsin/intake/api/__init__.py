"""The HTTP interface for programs: what is asked, what is answered, and the contract that says so."""
