"""The media engine's core: ffmpeg runs, what they leave on disk, and how it is served.

No Django model is imported in here; the database side plugs in through engine.LeaseStore.
"""
