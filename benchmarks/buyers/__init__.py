"""Buyers who ask over HTTP: a client in C, so that the client is not the limit.

Not here: what they ask for, and what is made of the figures.
"""
