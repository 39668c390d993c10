"""The rows of `./vitrine bench drop`, one topic a file.

Not here: the parties that are measured (peers, holder, the application) and the buyers (buyers).
"""
