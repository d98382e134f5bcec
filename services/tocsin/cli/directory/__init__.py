"""``tocsin directory``: the signed directory of recipients and its administrators."""
