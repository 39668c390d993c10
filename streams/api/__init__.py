"""Shows over the public API, which the studio uses too. Not here: drops (catalog), messages (chat)."""
