"""The rooms' sockets: how frames leave and how many one address may open.

Not here: what a viewer may do in a room (chat).
"""

from config.settings.env import ENV

ROOM_TAP = ENV["VITRINE_ROOM_TAP"] == "auto"
ROOM_DEFLATE = ENV["VITRINE_ROOM_DEFLATE"] == "on"
ROOM_TICK_SECONDS = int(ENV["VITRINE_ROOM_TICK_MS"]) / 1000
ROOM_SOCKETS_PER_ADDRESS = int(ENV["VITRINE_ROOM_SOCKETS_PER_ADDRESS"])
