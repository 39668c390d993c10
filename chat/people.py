"""Who is on a socket or behind a request, as the room shows them.

Not here: how they are recognised (kernel.viewers, tenants.sockets).
"""

import re
import uuid
from dataclasses import dataclass, replace

from chat.blocklist import Blocklist, tokens
from chat.errors import NameInvalid, NameTaken, WordBlocked
from chat.models import Message
from kernel import ids
from kernel.viewers import Viewer
from tenants.models import Member, Role

_NAME = re.compile(r"[^\W_](?:[^\W_]|[ .'’-](?=[^\W_])){1,23}")


@dataclass(frozen=True, slots=True)
class Person:
    """`key` names the author in rows and events; `keys` is all that events may be addressed to. `device`
    and `network` are hashes (traces), empty when unknown."""

    key: str
    name: str
    actor: str
    keys: frozenset[str]
    badge: str = ""
    title: str = ""
    member_id: str = ""
    customer_id: uuid.UUID | None = None
    device: str = ""
    network: str = ""

    @property
    def is_staff(self) -> bool:
        return bool(self.member_id)

    def named(self, name: str) -> "Person":
        return replace(self, name=name)

    def traced(self, *, device: str, network: str) -> "Person":
        return replace(self, device=device, network=network)


def person_of(viewer: Viewer | None, member: Member | None) -> Person | None:
    """The person behind a viewer's cookie and a staff session; None for one who only watches."""
    keys = frozenset([viewer.key]) if viewer else frozenset()
    if member is not None:
        return Person(
            key=member.public_id,
            name=member.user.display_name,
            actor=f"member:{member.public_id}",
            keys=keys,
            badge=Message.Badge.STAFF if member.role == Role.MODERATOR else Message.Badge.HOST,
            title=member.title,
            member_id=member.public_id,
            customer_id=viewer.customer_id if viewer else None,
        )
    if viewer is None:
        return None
    return Person(
        key=viewer.key,
        name=viewer.name or guest_name(viewer),
        actor=f"viewer:{viewer.key}",
        keys=keys,
        customer_id=viewer.customer_id,
    )


def stranger_of(*, device: str, network: str) -> Person:
    """Somebody without a viewer's cookie: all that a ban can know them by."""
    return Person(key="", name="", actor="", keys=frozenset(), device=device, network=network)


def viewer_of(person: Person | None) -> Viewer | None:
    """The viewer of the cookie behind a person, also of one of the team who looks on as a viewer does."""
    for key in person.keys if person else ():
        return Viewer(id=ids.parse_public_id("vwr", key), customer_id=person.customer_id if person else None)
    return None


def guest_name(viewer: Viewer) -> str:
    """What a guest without a nickname is called, the same in every show."""
    return f"Guest {viewer.id.int % 9000 + 1000}"


def check_name(name: str, *, blocklist: Blocklist, staff_names: frozenset[str]) -> str:
    """A usable nickname. Raises NameInvalid, WordBlocked, NameTaken (it reads like one of the team)."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 24 or not _NAME.fullmatch(name):
        raise NameInvalid(param="name")
    if blocklist.blocks(name):
        raise WordBlocked(param="name")
    if reads_as(name) in staff_names:
        raise NameTaken(param="name")
    return name


def reads_as(name: str) -> str:
    """Names that look alike give the same text."""
    return "".join(word for word in tokens(name) if word)
