"""The room of a show: what viewers say, ask, vote and see happen, over one socket each.

Not here: the show itself (streams), stock (catalog) and orders (checkout).
"""
