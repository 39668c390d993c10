"""What the room is measured against, each the honest best of its kind.

Not here: the measuring. These run in an environment of their own (install), which nothing is shipped from.
"""
