"""The rows of `./vitrine bench fanout`, a module for each kind of question.

Not here: the rooms, the crowd and the peers.
"""
