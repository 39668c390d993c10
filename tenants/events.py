"""What happens to a brand itself.

Not here: events of shows, stock, orders and rooms.
"""

from typing import ClassVar

from kernel.eventlog.schema import Audience, Event


class BrandProvisioned(Event):
    type: ClassVar[str] = "brand.provisioned"
    slug: str


class MemberInvited(Event):
    type: ClassVar[str] = "member.invited"
    invitation_id: str
    role: str


class MemberJoined(Event):
    type: ClassVar[str] = "member.joined"
    member_id: str
    name: str
    role: str


class MemberRoleChanged(Event):
    type: ClassVar[str] = "member.role_changed"
    member_id: str
    role: str


class MemberRemoved(Event):
    type: ClassVar[str] = "member.removed"
    member_id: str


class ThemePublished(Event):
    """The page's colours changed; `css_url` is the new style sheet."""

    type: ClassVar[str] = "theme.published"
    audience: ClassVar[Audience] = Audience.ALL
    content_hash: str
    css_url: str


class ApiKeyCreated(Event):
    type: ClassVar[str] = "api_key.created"
    prefix: str
    scopes: list[str]


class ApiKeyRevoked(Event):
    type: ClassVar[str] = "api_key.revoked"
    prefix: str


class DomainAdded(Event):
    type: ClassVar[str] = "domain.added"
    domain: str


class DomainRemoved(Event):
    type: ClassVar[str] = "domain.removed"
    domain: str
