"""Buying over the socket that a page has open: no new connection, no ticket, the same queue and the same words.

Not here: the queue (checkout.doors) and what may be held (checkout.services).
"""

from chat import protocol
from chat.errors import JoinFirst, ShutOut
from chat.people import Person, viewer_of
from chat.room import Room
from checkout.doors.keys import body_hash
from checkout.doors.queues import hold_queues
from checkout.doors.wishes import wish_of
from checkout.errors import HoldNotFound
from checkout.services.holds import release_hold
from checkout.services.reserving import HoldRequest
from kernel import ids
from kernel.tenancy import run_in_brand
from kernel.viewers import Viewer


async def take_hold(room: Room, person: Person, frame: protocol.Hold) -> str:
    """The `held` frame, when the hold is durable. It counts for this room's show."""
    viewer = _buyer(room, person)
    wish = wish_of({"variant": frame.variant, "drop": frame.drop, "quantity": frame.quantity})
    request = HoldRequest(
        viewer=viewer,
        variant_id=wish.variant_id,
        quantity=wish.quantity,
        drop_id=wish.drop_id,
        show_id=room.show_id,
        key=frame.key,
        body_hash=body_hash(
            variant_id=wish.variant_id, drop_id=wish.drop_id, show_id=room.show_id, quantity=wish.quantity
        ),
        device=person.device,
    )
    held = await hold_queues().hold(brand=room.schema, request=request)
    return protocol.held(frame.key, held.body)


async def let_go(room: Room, person: Person, frame: protocol.Release) -> str:
    """Let a hold go; doing it again changes nothing."""
    viewer = _buyer(room, person)
    try:
        hold_id = ids.parse_public_id("hld", frame.hold)
    except ValueError:
        raise HoldNotFound from None
    await run_in_brand(room.schema, release_hold, viewer=viewer, hold_id=hold_id, actor=f"viewer:{viewer.key}")
    return protocol.ack(frame.key, frame.hold)


def _buyer(room: Room, person: Person) -> Viewer:
    """Whose hold it is. Guests may hold, as everywhere in the shop. Raises ShutOut, JoinFirst."""
    if room.memory.is_banned(person):
        raise ShutOut
    viewer = viewer_of(person)
    if viewer is None:
        raise JoinFirst
    return viewer
