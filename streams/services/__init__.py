"""Changes around shows, one verb family a file.

Not here: reads (selectors).
"""
