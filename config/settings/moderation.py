"""Automatic moderation of chats.

Not here: the rules (chat.automod).
"""

from config.settings.env import ENV

CHAT_MODERATION = ENV["VITRINE_CHAT_MODERATION"]
