"""Thousands of viewers in one cheap process, written in C so that they cost the machine little.

Not here: what they watch.
"""
