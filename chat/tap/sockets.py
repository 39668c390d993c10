"""uvicorn's protocol for sockets with our own offer of compression: `--ws chat.tap.sockets:RoomProtocol`.

Not here: how frames are written to it (uvicorn). By itself uvicorn offers every client a window of 4 KiB,
whether or not frames are compressed.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.base import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.typing import ExtensionParameter

from chat.wire import WINDOW_BITS

_RESETS = "server_no_context_takeover"


class RoomProtocol(WebSocketsSansIOProtocol):
    """Offers the full window where frames are compressed once for all, and nothing where they are not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.available_extensions = [Offer()] if settings.ROOM_DEFLATE and settings.ROOM_TAP else []


class Offer(ServerPerMessageDeflateFactory):
    """Keeps no compressor for a socket, as rooms have one for all, and no decompressor: clients are asked
    to begin each message anew."""

    def __init__(self) -> None:
        super().__init__(
            server_no_context_takeover=True,
            client_no_context_takeover=True,
            client_max_window_bits=WINDOW_BITS,
            compress_settings={"memLevel": 5},
        )

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        """The client is not told that a message refers to none before it, unless it wished so: ours do.
        What the server might send by itself does not, and takes a small window."""
        answer, extension = super().process_request_params(params, accepted_extensions)
        extension.local_max_window_bits = min(extension.local_max_window_bits, WINDOW_BITS)
        wished = {name for name, _ in params}
        return [each for each in answer if each[0] != _RESETS or _RESETS in wished], extension
