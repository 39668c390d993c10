"""One module per Stripe resource: its endpoints and the rules behind them.

Reading HTTP, keys and idempotency is `api`'s; which path leads where is `routes`'s.
"""
