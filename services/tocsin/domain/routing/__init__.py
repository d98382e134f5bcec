"""Who is competent for a case, who may be told what of it, and how soon. Pure: facts in, decisions with rules out."""
