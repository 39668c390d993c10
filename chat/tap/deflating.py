"""Compressed frames through a tap: one compressor for all sockets of a group that have read the same.

Not here: how a frame is compressed (wire) and what a socket agreed to (uvicorn).
"""

from collections.abc import Hashable, Iterable, Mapping, Set
from typing import Any

from chat.outlet import Group, Outlet, Send
from chat.tap.uvicorn_outlet import UvicornOutlet
from chat.wire import Context, Frame

# What a new context costs each socket until it has seen as much as the one before, measured on chat.
BEGINNING_BYTES = 1536
# Those who stand apart wait so many frames at most.
MOST_FRAMES = 256
# Characters of a frame for one socket alone. Less is not worth a compressor, nor leaving the others for it.
LARGE = 1024


class DeflatingOutlet(UvicornOutlet):
    """`context` is whose frames the reader's window ends with: every one of them, and no other compressed
    frame since the first. Frames that are not compressed do not enter the window. `bits` is the largest
    window for a context, 0 if the reader forgets each frame."""

    __slots__ = ("bits", "context")

    def __init__(self, protocol: Any, send: Send, bits: int) -> None:
        super().__init__(protocol, send)
        self.bits = bits
        self.context: Context | None = None

    def kind(self) -> Hashable:
        return type(self), self.bits

    def group(self) -> Group[Any]:
        return Choir(type(self), self.bits) if self.bits else Group(type(self))

    def push(self, frame: Frame) -> None:
        if frame.length < LARGE:
            self.put(frame.plain)
        else:
            self.context = None
            self.put(frame.deflated)

    @classmethod
    def push_all(cls, frame: Frame, grips: Iterable[Any]) -> None:
        cls.put_all(frame.deflated, grips)


class Choir(Group[DeflatingOutlet]):
    """Sockets in step share a context. Those who came in between, or missed a frame, stand apart: they get
    blocks that refer to nothing until a new context begins, with all who are there. It begins when that
    costs those in step no more than the waiting has cost those apart."""

    def __init__(self, outlets: type[DeflatingOutlet], bits: int) -> None:
        super().__init__(outlets)
        self._bits = bits
        self._context: Context | None = None
        self._frames = self._in_step = self._wasted = 0  # of this context

    def add(self, outlet: DeflatingOutlet) -> None:
        super().add(outlet)
        outlet.context = None

    def discard(self, outlet: DeflatingOutlet) -> None:
        super().discard(outlet)
        outlet.context = None
        if not self._grips:
            self._context = None  # a quarter of a megabyte

    def push(self, frame: Frame, but: Set[Outlet]) -> None:
        outlets = self._grips
        if but:
            outlets = {outlet: grip for outlet, grip in outlets.items() if outlet not in but}
            for outlet in self._grips.keys() & but:
                outlet.context = None
        if not outlets:
            return
        try:
            self._push(frame, outlets, self._ongoing() or self._begun(outlets))
        except BaseException:
            self._context = None  # nobody can say who was sent this frame
            raise

    def _push(self, frame: Frame, outlets: Mapping[DeflatingOutlet, Any], context: Context) -> None:
        data = context.deflated(frame)
        in_step = [grip for outlet, grip in outlets.items() if outlet.context is context]
        self._class.put_all(data, in_step)
        self._frames += 1
        self._in_step = len(in_step)
        if apart := [grip for outlet, grip in outlets.items() if outlet.context is not context]:
            self._class.put_all(frame.deflated, apart)
            self._wasted += max(0, len(frame.deflated) - len(data)) * len(apart)

    def _ongoing(self) -> Context | None:
        """The context to go on with, unless it is time for a new one."""
        is_worth_it = self._frames >= MOST_FRAMES or self._wasted >= BEGINNING_BYTES * self._in_step
        return None if self._wasted and is_worth_it else self._context

    def _begun(self, outlets: Iterable[DeflatingOutlet]) -> Context:
        """A new context, which refers to nothing before it: all who are sent its first frame are in step."""
        context = self._context = Context(self._bits)
        self._frames = self._in_step = self._wasted = 0
        for outlet in outlets:
            outlet.context = context
        return context
