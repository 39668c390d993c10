"""Rows for tests, made by the real services; one file an app."""
