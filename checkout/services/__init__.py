"""Writes, one verb family a file."""
