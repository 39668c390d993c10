"""The rooms' part of /api/v1/, for the studio and for partners.

Not here: what viewers send; that goes over the socket (consumers).
"""
