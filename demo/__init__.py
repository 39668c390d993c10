"""The demo: two brands made up for it, their film and encoder, an audience, and a look at it all from outside.

Not here: anything that a real installation needs. The top layer: it may import every app.
"""
