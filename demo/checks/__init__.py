"""What is looked at in a running demo, and how: pages, picture, room, purchase. Bounded waits everywhere.

Not here: starting or stopping anything.
"""
