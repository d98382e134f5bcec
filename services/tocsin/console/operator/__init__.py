"""The operators' pages: one small file and one template for each. Forms and links alone; no script."""
