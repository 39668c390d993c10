"""Ways to a hold that are short enough for a drop: one queue for a thing, an HTTP route before Django, tickets.

Not here: what a hold is (services) and the room's socket (chat), which uses the same queues.
"""
