"""Where the picture of a broadcast is played from.

Not here: serving it (streams.media.origin) and who may have it (access).
"""

import uuid


def _path(broadcast_id: uuid.UUID, name: str, token: str) -> str:
    inner = f"t/{token}/" if token else ""
    return f"/hls/{broadcast_id}/{inner}{name}"


def live_path(broadcast_id: uuid.UUID, token: str = "") -> str:
    return _path(broadcast_id, "master.m3u8", token)


def replay_path(broadcast_id: uuid.UUID, token: str = "") -> str:
    return _path(broadcast_id, "vod.m3u8", token)


def poster_path(broadcast_id: uuid.UUID, token: str = "") -> str:
    return _path(broadcast_id, "poster.jpg", token)
