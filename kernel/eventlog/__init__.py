"""The brand's one append-only log: services append, one sequencer orders, everything else reads.

Not here: what the events are. Each app declares its own in `events.py`.
"""
