"""Services with one guarantee taken out. The checker is worth nothing if it lets one of them pass.

Each module runs a real service with one function replaced; the product itself holds no switch for it.
"""
