"""How wide names and keys of people are in a room's rows.

Not here: who they are (kernel.viewers, tenants).
"""

AUTHOR_KEY = 40  # `vwr_…` or `mem_…`
NAME = 60  # a guest's nickname has at most 24; a member's own name may be longer
HASH = 32  # of a device or a network (kernel.traces)
