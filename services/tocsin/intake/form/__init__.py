"""The form, for focal points who have no system of their own: questions in steps, and one report at the end of them."""
