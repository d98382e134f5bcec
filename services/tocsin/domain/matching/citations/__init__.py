"""Case numbers as people quote them in English, French and Spanish texts: one module for each family of issuers.

Every pattern is bounded and starts at a word, so the time grows with the length of the text and no faster.
"""
