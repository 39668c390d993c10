"""Order numbers: one counter a brand, without gaps, shown with the brand's initial.

Not here: ids, which need no counter.
"""

from django.db import connection

FIRST = 1001

_NEXT = """
INSERT INTO checkout_ordercounter (id, last) VALUES (1, %s)
ON CONFLICT (id) DO UPDATE SET last = checkout_ordercounter.last + 1
RETURNING last
"""


def next_number(brand_name: str) -> str:
    """The next number, `A-1001` for Aurora. Holds the counter until the transaction ends, so call it
    when little is left to do."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [FIRST])
        (serial,) = cursor.fetchone()
    initial = next((letter for letter in brand_name.upper() if letter.isascii() and letter.isalnum()), "N")
    return f"{initial}-{serial}"
