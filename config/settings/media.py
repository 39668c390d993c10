"""Ingest and live segments.

Not here: renditions and time-outs of the engine (streams/media).
"""

from config.settings.env import ENV, LOCAL_DIR

LIVE_ROOT = LOCAL_DIR / "live"
RTMP_URL = ENV["VITRINE_RTMP_URL"].rstrip("/")
RTMP_PULL_URL = ENV["VITRINE_RTMP_PULL_URL"].rstrip("/")
RTMP_PULL_TOKEN = ENV["VITRINE_RTMP_PULL_TOKEN"]
INGEST_HOOK_SECRET = ENV["VITRINE_INGEST_HOOK_SECRET"]
