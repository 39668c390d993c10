"""The page's own reducer, run by Node: a snapshot with the events after it equals a later snapshot.

Not here: sockets (tests/chat), and single events with made-up values (frontend/tests).
"""

import json
import subprocess
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from catalog.services.drops import announce_drop, close_drop, open_drop
from catalog.services.lists import Asker, close_list, draw_list, enter_list, tell_entries
from catalog.services.prices import set_price
from catalog.services.stock import receive_stock
from chat.services.deciding import approve_line, decline_line
from chat.services.edits import edit_message
from chat.services.holding import hold_line
from chat.services.messages import pin_message, remove_message
from chat.services.shadows import echo_line
from chat.snapshot import read_snapshot
from chat.writer import Line, post_lines
from config.settings.env import BASE_DIR
from kernel.eventlog.schema import Audience, event_class
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import Recorded, read_topic
from kernel.money import Money
from launch.node import node_program
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import end_show
from streams.services.run_of_show import pin_product, unpin_product
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.chat import make_message, make_person, make_poll, make_question
from tests.factories.streams import make_live_show

_SCRIPT = """
import { reduce } from "./frontend/src/room/reduce.ts";
const { state, events } = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(events.reduce(reduce, state)));
"""
# A reader's own, or what only a fresh page needs.
_OF_THE_PAGE = {"viewers": 0, "me": {"key": "", "votes": {}, "upvotes": [], "waiting": [], "echoes": []}}
_MESSAGE = ("id", "author_key", "author", "badge", "text", "reply_to", "key", "edited_at", "removed")
_QUESTION = ("id", "author", "text", "votes", "answered_at")
_POLL = ("id", "question", "answers", "votes", "status", "closes_at")


def snapshot(show_id: uuid.UUID) -> tuple[dict[str, int], dict[str, Any]]:
    while order_pending():
        pass
    _, cursors, state = read_snapshot(show_id)
    return cursors, {**state, **_OF_THE_PAGE}


def reduced(state: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    done = subprocess.run(
        [str(node_program()), "--input-type=module", "--eval", _SCRIPT],
        cwd=BASE_DIR,
        input=json.dumps({"state": state, "events": events}, default=str),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def shown(state: dict[str, Any]) -> dict[str, Any]:
    """The part that pages draw."""

    def cut(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        return {name: row[name] for name in names}

    told: dict[str, Any] = json.loads(json.dumps(state, default=str))
    told["messages"] = [cut(row, _MESSAGE) for row in told["messages"]]
    told["questions"] = [cut(row, _QUESTION) for row in told["questions"]]
    # No page shows how many there ever were; events and snapshots differ in digits of a second.
    told["lineup"] = [{**row, "total": None} for row in told["lineup"]]
    for name in ("starts_at", "started_at", "ended_at"):
        told["show"][name] = (told["show"][name] or "")[:19]
    told["poll"] = cut(told["poll"], _POLL) if told["poll"] else None
    return told


@pytest.fixture
def room(in_aurora: Brand) -> tuple[uuid.UUID, list[uuid.UUID]]:
    show, _ = make_live_show()
    variants = [make_variant(name=name, stock=30).pk for name in ("Serum", "Soap", "Balm")]
    set_line_up(show_id=show.pk, places=[Place(variant_id=variant) for variant in variants], actor="system")
    return show.pk, variants


def drop_of(show_id: uuid.UUID, variant: uuid.UUID) -> uuid.UUID:
    return make_drop(variant_id=variant, show_id=show_id).pk


def entered(show_id: uuid.UUID, variant: uuid.UUID) -> uuid.UUID:
    """A window with somebody on its list."""
    drop = make_drop(variant_id=variant, show_id=show_id, mode="window", window_seconds=20, opened=True)
    enter_list(drop_id=drop.pk, asker=Asker(viewer_key=make_person().key))
    tell_entries(drop_id=drop.pk)
    return drop.pk


def drawn(show_id: uuid.UUID, variant: uuid.UUID) -> None:
    drop_id = entered(show_id, variant)
    close_list(drop_id=drop_id, actor="system")
    draw_list(drop_id=drop_id, actor="system")


def line(show_id: uuid.UUID, reply_to: uuid.UUID | None = None) -> Line:
    return Line(show_id=show_id, person=make_person(), text="hello", key=uuid.uuid4(), reply_to=reply_to)


def answered(show_id: uuid.UUID) -> uuid.UUID:
    """A message that another one answers."""
    first = make_message(show_id, "the first words " * 10).pk
    post_lines(lines=[line(show_id, reply_to=first)])
    return first


def pinned(show_id: uuid.UUID, message_id: uuid.UUID) -> uuid.UUID:
    pin_message(show_id=show_id, message_id=message_id, actor="system")
    return message_id


def edit(show_id: uuid.UUID, message_id: uuid.UUID) -> None:
    edit_message(show_id=show_id, message_id=message_id, text="better words " * 12, actor="system", may_correct=True)


def held(show_id: uuid.UUID) -> uuid.UUID:
    return hold_line(line=line(show_id)).pk


ACTS: dict[str, Callable[[uuid.UUID, list[uuid.UUID]], object]] = {
    "pin": lambda show, goods: pin_product(show_id=show, variant_id=goods[1], actor="system"),
    "pin and unpin": lambda show, goods: (
        pin_product(show_id=show, variant_id=goods[1], actor="system"),
        unpin_product(show_id=show, actor="system"),
    ),
    "price": lambda show, goods: set_price(variant_id=goods[0], price=Money(1900, "EUR"), actor="system"),
    "stock": lambda show, goods: receive_stock(variant_id=goods[0], quantity=4, reference="delivery", actor="system"),
    "drop announced": lambda show, goods: announce_drop(drop_id=drop_of(show, goods[1]), actor="system"),
    "drop open": lambda show, goods: open_drop(drop_id=drop_of(show, goods[1]), actor="system"),
    "drop closed": lambda show, goods: close_drop(
        drop_id=open_drop(drop_id=drop_of(show, goods[1]), actor="system").pk, actor="system"
    ),
    "window closed and drawn": lambda show, goods: drawn(show, goods[1]),
    "entries counted": lambda show, goods: entered(show, goods[1]),
    "message": lambda show, goods: make_message(show),
    "message removed, and an answer to it": lambda show, goods: remove_message(
        show_id=show, message_id=answered(show), actor="system"
    ),
    "message edited, where it is quoted and pinned": lambda show, goods: edit(show, pinned(show, answered(show))),
    "message approved": lambda show, goods: approve_line(show_id=show, held_id=held(show), actor="system"),
    "message declined": lambda show, goods: decline_line(show_id=show, held_id=held(show), actor="system"),
    "message in the shadow": lambda show, goods: echo_line(line=line(show)),
    "question": lambda show, goods: make_question(show),
    "poll": lambda show, goods: make_poll(show),
    "end": lambda show, goods: end_show(show_id=show, actor="system"),
}


@pytest.mark.parametrize("act", ACTS)
def test_snapshot_and_events_equal_the_next_snapshot(room: tuple[uuid.UUID, list[uuid.UUID]], act: str) -> None:
    show_id, goods = room
    cursors, before = snapshot(show_id)
    ACTS[act](show_id, goods)
    _, after = snapshot(show_id)
    records = sorted(
        (record for topic, seq in cursors.items() for record in read_topic(topic, after=seq)),
        key=lambda record: record.position,
    )

    assert records
    events = [record.envelope() for record in records if _for_all(record)]
    assert shown(reduced(before, events)) == shown(after)


def _for_all(record: Recorded) -> bool:
    return event_class(record.type, record.version).audience is Audience.ALL
