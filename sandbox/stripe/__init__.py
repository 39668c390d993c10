"""A Stripe-shaped HTTP server for development, tests and the demo: `python -m sandbox.stripe`.

Knows Stripe's API, not the shop: no import of any app, standard library only. No money moves, no card number is taken.
"""
