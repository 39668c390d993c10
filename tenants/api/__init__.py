"""Who calls the API: keys, members, and what they may do.

Not here: endpoints of other apps.
"""
