"""Which of the database's rules a refused write broke: two requests at the same moment pass every check before it.

Not here: what the caller is told (each app's errors).
"""

from django.db import IntegrityError


def broken_rule(error: IntegrityError) -> str:
    """The constraint's name, as PostgreSQL gives it; never its words, in which the row's own texts stand."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
