"""A frame as it leaves: serialised once, whatever the number of sockets it goes to.

Not here: what it says (protocol), who gets it (feed, seating) and how it leaves (outlet, tap).
"""

import zlib

# The smallest window of permessage-deflate that we write for: what uvicorn offers by itself. A client
# with a larger one reads it as well.
WINDOW_BITS = 12
FULL_WINDOW_BITS = 15
_TEXT, _COMPRESSED_TEXT = 0x81, 0xC1  # FIN and the opcode of text; with RSV1
_FLUSHED = b"\x00\x00\xff\xff"  # ends each compressed message; the receiver puts it back
_NOTHING = b"\x00"  # the header of an empty block


class Frame:
    """One text message. `plain` is its RFC 6455 frame as a server sends it; `deflated` the compressed
    one of RFC 7692: a block that refers to nothing before it, so that sockets can share it."""

    __slots__ = ("_deflated", "_plain", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain: bytes | None = None
        self._deflated: bytes | None = None

    @property
    def text(self) -> str:
        return self._text

    @property
    def plain(self) -> bytes:
        if self._plain is None:
            self._plain = _framed(_TEXT, self.payload())
        return self._plain

    @property
    def deflated(self) -> bytes:
        if self._deflated is None:
            self._deflated = _framed(_COMPRESSED_TEXT, self._blocks().removesuffix(_FLUSHED))
        return self._deflated

    def payload(self) -> bytes:
        return self._text.encode()

    @property
    def length(self) -> int:
        """In characters."""
        return len(self._text)

    def _blocks(self) -> bytes:
        return _deflate(self.payload())


class Head:
    """The beginning of many messages, encoded and compressed once for all of them."""

    __slots__ = ("_blocks", "payload", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.payload = text.encode()
        self._blocks: bytes | None = None

    @property
    def blocks(self) -> bytes:
        if self._blocks is None:
            self._blocks = _deflate(self.payload)
        return self._blocks


class HeadedFrame(Frame):
    """A message that shares its beginning with others."""

    __slots__ = ("_head",)

    def __init__(self, head: Head, tail: str) -> None:
        super().__init__(tail)
        self._head = head

    @property
    def text(self) -> str:
        return self._head.text + self._text

    def payload(self) -> bytes:
        return self._head.payload + self._text.encode()

    @property
    def length(self) -> int:
        return len(self._head.text) + len(self._text)

    def _blocks(self) -> bytes:
        return self._head.blocks + _deflate(self._text.encode())


class Context:
    """Frames compressed as one stream: each may refer to all of them before it, and is read only by those
    who were sent every one, and no other compressed frame since the first."""

    __slots__ = ("__weakref__", "_compressor")

    def __init__(self, bits: int) -> None:
        # Short repetitions by chance, of which ids are full, cost more than they spare.
        self._compressor = zlib.compressobj(level=9, wbits=-bits, strategy=zlib.Z_FILTERED)

    def deflated(self, frame: Frame) -> bytes:
        compressor = self._compressor
        blocks = compressor.compress(frame.payload()) + compressor.flush(zlib.Z_SYNC_FLUSH)
        return _framed(_COMPRESSED_TEXT, blocks.removesuffix(_FLUSHED) or _NOTHING)


def _framed(first: int, payload: bytes) -> bytes:
    """Unmasked and in one piece; the length in 7, 16 or 64 bits."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65536:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def _deflate(payload: bytes) -> bytes:
    """Whole deflate blocks that end on a byte."""
    compressor = zlib.compressobj(wbits=-WINDOW_BITS)
    return compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH)
