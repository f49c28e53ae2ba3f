"""Paying online: one small contract (``provider.py``), and the library behind it, which one file knows."""
