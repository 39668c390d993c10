"""`Idempotency-Key`: the same request twice has one effect and byte-identical answers.

Not here: which endpoints ask for it. Those that move stock or money do.
"""
