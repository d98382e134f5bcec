"""The tables of what each person was shown, so that it can be called back."""
