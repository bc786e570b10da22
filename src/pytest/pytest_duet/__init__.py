"""A database of its own for each test worker, on SQLite or PostgreSQL.

The fixtures are in :mod:`pytest_duet.plugin` (``pytest --fixtures`` tells of
them), what they are made of is in :mod:`pytest_duet.library`.
"""

__version__ = "0.1.0"
