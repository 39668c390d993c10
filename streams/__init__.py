"""Shows: their plan, line-up and run, the encoder's way in, the picture, the replay, and their pages.

Not here: stock and prices (catalog), money (checkout), the room (chat).
"""
