"""``tocsin import``: a spreadsheet or a Uwazi collection, shown first, then sent."""
