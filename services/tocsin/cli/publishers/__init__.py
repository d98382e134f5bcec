"""``tocsin publishers``: who may publish, and by which keys."""
