"""People made up for the demo, as real clients over HTTP and sockets: a host, guests, their purchases.

Not here: any way past the public doors. What they know of the stage they read in seed.json.
"""
