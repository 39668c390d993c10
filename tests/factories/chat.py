"""People and rows of rooms for tests, made by the real services.

Not here: sockets (tests/chat/page.py) and shows (tests/factories/streams.py).
"""

import uuid

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from chat.models import Message, Poll, Question
from chat.people import Person, person_of
from chat.services.blocklist import set_blocklist
from chat.services.polls import open_poll
from chat.services.questions import ask_question
from chat.services.rooms import open_room
from chat.writer import Line, post_lines
from kernel import ids, signing
from kernel.tenancy import brand_context, public_context
from kernel.viewers import COOKIE, Viewer
from tenants.accounts import BACKEND
from tenants.middleware import SESSION_HOST
from tenants.models import Brand, Member

ACTOR = "system"


def make_viewer(name: str = "", *, number: int | None = None, customer_id: uuid.UUID | None = None) -> Viewer:
    """A guest; the same number gives the same id in every brand."""
    viewer_id = uuid.UUID(int=number) if number is not None else ids.uuid7()
    return Viewer(id=viewer_id, name=name, customer_id=customer_id)


def make_person(name: str = "Noor", *, number: int | None = None) -> Person:
    person = person_of(make_viewer(name, number=number), None)
    assert person is not None
    return person


def viewer_cookie(brand: Brand, viewer: Viewer) -> str:
    """The cookie header of a guest of this brand."""
    payload = {"v": str(viewer.id), "n": viewer.name}
    if viewer.customer_id:
        payload["c"] = str(viewer.customer_id)
    with brand_context(brand):
        return f"{COOKIE}={signing.sign('viewer', payload)}"


def staff_cookie(brand: Brand, role: str = "moderator") -> str:
    """The cookie header of a signed-in member of this brand."""
    with public_context():
        member = Member.objects.select_related("user").get(brand=brand, role=role)
        session = SessionStore()
        session[SESSION_KEY] = str(member.user_id)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
        session[SESSION_HOST] = f"{brand.slug}.localhost"
        session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def make_message(
    show_id: uuid.UUID, text: str = "hello", *, person: Person | None = None, key: uuid.UUID | None = None
) -> Message:
    line = Line(show_id=show_id, person=person or make_person(), text=text, key=key or uuid.uuid4())
    return Message.objects.get(pk=post_lines(lines=[line])[0])


def make_question(show_id: uuid.UUID, text: str = "Is it vegan?", *, person: Person | None = None) -> Question:
    return ask_question(show_id=show_id, person=person or make_person(), text=text, key=uuid.uuid4())


def make_poll(show_id: uuid.UUID, *, seconds: int | None = None) -> Poll:
    return open_poll(
        show_id=show_id, question="What next?", answers=["Night Balm", "Barrier Cream"], seconds=seconds, actor=ACTOR
    )


def fill_chat(brand_index: int, show_id: uuid.UUID) -> None:
    """A room in the current brand whose rows have the same ids in each brand."""
    name = f"Canary {brand_index}"
    person = make_person(name, number=0xC0FFEE)
    open_room(show_id=show_id, actor=ACTOR)
    message = make_message(show_id, f"canary {brand_index}", person=person, key=uuid.UUID(int=1))
    Message.objects.filter(pk=message.pk).update(id=uuid.UUID(int=0xA1))
    make_question(show_id, f"canary {brand_index}?", person=person)
    set_blocklist(words=[f"canary{brand_index}word"], actor=ACTOR)
