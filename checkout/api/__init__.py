"""The API of holds, checkout, orders and customers.

Not here: what the endpoints do (services) and read (selectors).
"""
