"""The two brands of the demo, as plain facts: goods, prices, people, shows and what is said in them.

Not here: putting them into a database (demo.seed) and acting them out (demo.audience).
"""

from demo.stage.aurora import AURORA
from demo.stage.fjord import FJORD

BRANDS = (AURORA, FJORD)
# Of everybody who signs in. The demo listens on this machine alone.
PASSWORD = "quiet-shop-window"
ADMIN_EMAIL = "admin@vitrine.example"

__all__ = ["ADMIN_EMAIL", "AURORA", "BRANDS", "FJORD", "PASSWORD"]
