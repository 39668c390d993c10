"""From a hold to a delivered order: holds, checkout, payments, refunds, customers, the mails about them.

Not here: stock and prices (catalog), shows (streams) and what a chat says of a sale.
"""
