"""Rows that a test of rooms needs in an odd state: the same show in two brands, a private one.

Not here: ordinary rows (tests/factories).
"""

import uuid

from django.db import transaction

from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.tenancy import brand_context, public_context
from streams.access import cookie_name, link_token
from streams.models import Show, Visibility
from tenants.events import MemberJoined, MemberRemoved
from tenants.models import Brand, Member
from tests.factories.streams import make_lobby


def give_same_show(show_id: uuid.UUID, brand: Brand) -> None:
    """A show of another brand under the id of the first one's."""
    with brand_context(brand):
        show = make_lobby(title="The other evening")
        show.pk, show.slug = show_id, "the-twin"
        show.save(force_insert=True)


def private_show(brand: Brand) -> tuple[str, str]:
    """The public id of a private show, and the cookie of somebody who came by its link."""
    with brand_context(brand):
        show = make_lobby(title="Behind a link")
        Show.objects.filter(pk=show.pk).update(visibility=Visibility.PRIVATE)
        show.refresh_from_db()
        return show.public_id, f"{cookie_name(show)}={link_token(show)}"


def remove_member(brand: Brand, role: str) -> None:
    """Take somebody out of the team."""
    with public_context():
        member = Member.objects.get(brand=brand, role=role)
        public_id = member.public_id
        member.delete()
    with brand_context(brand), transaction.atomic():
        append(MemberRemoved(member_id=public_id), topic=SHOP_TOPIC)


def say_that_they_joined(brand: Brand, role: str) -> None:
    """The log tells only now that somebody of the team joined it."""
    with public_context():
        member = Member.objects.select_related("user").get(brand=brand, role=role)
        event = MemberJoined(member_id=member.public_id, name=member.user.display_name, role=role)
    with transaction.atomic():
        append(event, topic=SHOP_TOPIC, actor="system")
