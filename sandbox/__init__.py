"""Stand-ins for outside services that have no offline form.

Each is a server of its own, spoken to over HTTP through the official client. Nothing of the shop lives here.
"""
