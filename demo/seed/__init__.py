"""Sets the demo's stage by the same services that people's clicks call. May be run again after any crash.

Not here: what is staged (demo.stage) and what happens while it runs (demo.audience).
"""
