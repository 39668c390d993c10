"""Measurements: one command each, a table and JSON, a peer or the physical limit in the same run.

Not here: tests. Nothing here asserts a time.
"""
