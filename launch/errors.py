"""The one error that a person at the terminal sees as a sentence, not as a traceback.

Raised where the cause is known, printed once in ``launch.__main__``.
"""


class LaunchError(Exception):
    """Something outside our code is in the way; the text says what, and what to do."""
