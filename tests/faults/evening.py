"""What people may do to a show, a shop and a room, each by its service, in any order.

Not here: what a page must know of it (test_snapshots). An act that is refused has changed nothing.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from catalog.models import Drop, SpecialPrice
from catalog.services import lists
from catalog.services.drops import announce_drop, close_drop, open_drop
from catalog.services.drops import plan_drop as plan_drop_of_shop
from catalog.services.places import lines_to_serve
from catalog.services.prices import set_price
from catalog.services.products import update_product
from catalog.services.special_prices import close_special_price, open_special_price, plan_special_price
from catalog.services.stock import correct_stock, receive_stock
from catalog.services.waitlist import join_waitlist
from chat.models import Message, Poll, Question
from chat.people import Person
from chat.services import edits, messages, moderation, polls, questions, rooms
from checkout.models import Hold
from checkout.services.holds import create_hold, release_hold
from checkout.services.lines import serve_line
from kernel import clock
from kernel.errors import Problem
from kernel.money import Money
from kernel.viewers import Viewer
from streams.models import Broadcast, Show, ShowStatus
from streams.services import audience, details, ingest, line_up, media_lease, on_air, run_of_show, schedule
from streams.services.show_drops import DropTerms, plan_show_drop
from tests.factories.catalog import make_variant
from tests.factories.chat import make_message, make_person, make_viewer
from tests.factories.streams import ACTOR, finish, make_key, make_scheduled_show, take

Act = Callable[["Evening", int], object]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    """Something that may happen; the number chooses among what there is."""
    ACTS[function.__name__] = function
    return function


class Evening:
    """A show with three products and a room. `do` by name, with a number that chooses."""

    def __init__(self) -> None:
        self.show_id = make_scheduled_show().pk
        self.variants = [make_variant(stock=6) for _ in range(3)]
        self.people: list[Person] = [make_person(f"Guest{name}") for name in ("Noor", "Maya", "Ines")]
        self.buyers: list[Viewer] = [make_viewer(name) for name in ("Ada", "Lin")]
        self.asked = 0

    def do(self, name: str, number: int) -> Problem | None:
        """Why it was refused; None when it was done."""
        try:
            with transaction.atomic():
                ACTS[name](self, number)
        except Problem as refusal:
            return refusal
        return None

    def variant(self, number: int) -> uuid.UUID:
        return self.variants[number % len(self.variants)].pk

    def pick(self, model: Any, number: int, **of: Any) -> Any:
        """One row of this show, or nothing to do. Raises Problem."""
        rows = list(model.objects.filter(**(of or {"show_id": self.show_id})).order_by("pk"))
        if not rows:
            raise NothingThere
        return rows[number % len(rows)]

    def broadcast(self) -> Broadcast:
        found = Broadcast.objects.filter(show_id=self.show_id).order_by("-pk").first()
        if found is None:
            raise NothingThere
        return found


class NothingThere(Problem):
    code = "nothing_there"
    message = "There is nothing to choose from."


# The show


@act
def reschedule(evening: Evening, number: int) -> None:
    starts_at = clock.now() + dt.timedelta(minutes=5 + number % 600)
    schedule.reschedule_show(show_id=evening.show_id, starts_at=starts_at, actor=ACTOR)


@act
def withdraw(evening: Evening, number: int) -> None:
    schedule.withdraw_show(show_id=evening.show_id, actor=ACTOR)
    schedule.schedule_show(show_id=evening.show_id, actor=ACTOR)


@act
def open_lobby(evening: Evening, number: int) -> None:
    schedule.open_lobby(show_id=evening.show_id, actor=ACTOR)


@act
def rename_show(evening: Evening, number: int) -> None:
    details.update_show(show_id=evening.show_id, actor=ACTOR, title=f"Evening {number % 5}")


@act
def encoder_comes(evening: Evening, number: int) -> None:
    show = Show.objects.get(pk=evening.show_id)
    ingest.open_broadcast(key=make_key(show), session=f"session-{uuid.uuid4()}")


@act
def picture_comes(evening: Evening, number: int) -> None:
    broadcast = evening.broadcast()
    if broadcast.playable_at is not None or broadcast.closed_at is not None:
        raise NothingThere
    moment = clock.now() - dt.timedelta(seconds=2)
    media_lease.make_playable(broadcast_id=broadcast.pk, generation=take(broadcast), media_started_at=moment)


@act
def go_live(evening: Evening, number: int) -> None:
    on_air.go_live(show_id=evening.show_id, actor=ACTOR)


@act
def encoder_goes(evening: Evening, number: int) -> None:
    broadcast = evening.broadcast()
    ingest.lose_broadcast(broadcast_id=broadcast.pk, session=broadcast.session)


@act
def end_show(evening: Evening, number: int) -> None:
    on_air.end_show(show_id=evening.show_id, actor=ACTOR)


@act
def finish_recording(evening: Evening, number: int) -> None:
    broadcast = evening.broadcast()
    if not broadcast.generation or broadcast.closed_at is None:
        raise NothingThere
    finish(broadcast)


@act
def cancel_show(evening: Evening, number: int) -> None:
    schedule.cancel_show(show_id=evening.show_id, actor=ACTOR)


@act
def count_audience(evening: Evening, number: int) -> None:
    audience.count_audience(show_id=evening.show_id, viewers=number % 7)


# What is on sale


@act
def add_to_line_up(evening: Evening, number: int) -> None:
    place = line_up.Place(evening.variant(number), is_hidden=number % 4 == 3, note="new" if number % 3 == 0 else "")
    line_up.add_to_line_up(show_id=evening.show_id, place=place, actor=ACTOR)


@act
def move_in_line_up(evening: Evening, number: int) -> None:
    line_up.move_in_line_up(
        show_id=evening.show_id, variant_id=evening.variant(number), position=number // 3 % 3, actor=ACTOR
    )


@act
def show_or_hide(evening: Evening, number: int) -> None:
    line_up.show_or_hide(
        show_id=evening.show_id, variant_id=evening.variant(number), is_hidden=number // 3 % 2 == 0, actor=ACTOR
    )


@act
def remove_from_line_up(evening: Evening, number: int) -> None:
    line_up.remove_from_line_up(show_id=evening.show_id, variant_id=evening.variant(number), actor=ACTOR)


@act
def pin(evening: Evening, number: int) -> None:
    run_of_show.pin_product(show_id=evening.show_id, variant_id=evening.variant(number), actor=ACTOR)


@act
def unpin(evening: Evening, number: int) -> None:
    run_of_show.unpin_product(show_id=evening.show_id, actor=ACTOR)


@act
def change_price(evening: Evening, number: int) -> None:
    set_price(variant_id=evening.variant(number), price=Money(1000 + number % 50 * 100, "EUR"), actor=ACTOR)


@act
def plan_show_price(evening: Evening, number: int) -> None:
    price = Money(700 + number % 9 * 100, "EUR")
    plan_special_price(
        variant_id=evening.variant(number), kind="show", show_id=evening.show_id, price=price, actor=ACTOR
    )


@act
def flash(evening: Evening, number: int) -> None:
    """Of the show, or one that holds everywhere."""
    price = Money(600 + number % 9 * 100, "EUR")
    special = plan_special_price(
        variant_id=evening.variant(number),
        kind="flash",
        show_id=evening.show_id if number % 2 else None,
        price=price,
        run_seconds=3600 if number % 3 else None,
        actor=ACTOR,
    )
    open_special_price(price_id=special.pk, actor=ACTOR)


@act
def end_special_price(evening: Evening, number: int) -> None:
    variants = [variant.pk for variant in evening.variants]
    special = evening.pick(SpecialPrice, number, variant_id__in=variants, status="open")
    close_special_price(price_id=special.pk, actor=ACTOR)


@act
def receive(evening: Evening, number: int) -> None:
    receive_stock(variant_id=evening.variant(number), quantity=1 + number % 5, reference="Delivery", actor=ACTOR)


@act
def correct(evening: Evening, number: int) -> None:
    correct_stock(variant_id=evening.variant(number), total=6 + number % 9, reason="Counted", actor=ACTOR)


@act
def rename_product(evening: Evening, number: int) -> None:
    if Show.objects.filter(pk=evening.show_id, status__in=[ShowStatus.CANCELLED, ShowStatus.REPLAY]).exists():
        raise NothingThere  # pages of past shows learn it when they are loaded
    product_id = evening.variants[number % len(evening.variants)].product_id
    update_product(product_id=product_id, name=f"Product {number % 6}", actor=ACTOR)


def on_sale(evening: Evening, number: int, *, status: str) -> None:
    if Show.objects.filter(pk=evening.show_id, status__in=[ShowStatus.CANCELLED, ShowStatus.REPLAY]).exists():
        raise NothingThere  # as with names
    update_product(product_id=evening.variants[number % len(evening.variants)].product_id, status=status, actor=ACTOR)


@act
def take_off_sale(evening: Evening, number: int) -> None:
    on_sale(evening, number, status="draft")


@act
def put_on_sale(evening: Evening, number: int) -> None:
    on_sale(evening, number, status="active")


@act
def hold(evening: Evening, number: int) -> None:
    buyer = evening.buyers[number % len(evening.buyers)]
    create_hold(viewer=buyer, variant_id=evening.variant(number // 2), quantity=1 + number % 3, actor=ACTOR)


@act
def release(evening: Evening, number: int) -> None:
    found = evening.pick(Hold, number, variant_id__in=[variant.pk for variant in evening.variants])
    buyer = next(buyer for buyer in evening.buyers if buyer.key == found.viewer_key)
    release_hold(viewer=buyer, hold_id=found.pk, actor=ACTOR)


# Drops


@act
def plan_drop(evening: Evening, number: int) -> None:
    terms = DropTerms(f"Batch {number % 4}", 2 + number % 3, Money(900, "EUR"), 2, None, None)
    plan_show_drop(show_id=evening.show_id, variant_id=evening.variant(number), terms=terms, actor=ACTOR)


@act
def announce(evening: Evening, number: int) -> None:
    announce_drop(drop_id=evening.pick(Drop, number).pk, actor=ACTOR)


@act
def start_drop(evening: Evening, number: int) -> None:
    open_drop(drop_id=evening.pick(Drop, number).pk, actor=ACTOR)


@act
def end_drop(evening: Evening, number: int) -> None:
    close_drop(drop_id=evening.pick(Drop, number).pk, actor=ACTOR)


@act
def shop_drop(evening: Evening, number: int) -> None:
    """A drop outside of shows, of a product that is in one."""
    drop = plan_drop_of_shop(
        variant_id=evening.variant(number), title=f"Batch {number % 4}", units=2, price=Money(800, "EUR"), actor=ACTOR
    )
    open_drop(drop_id=drop.pk, actor=ACTOR)


@act
def plan_listed_drop(evening: Evening, number: int) -> None:
    """A window, or a draw."""
    mode, seconds = ("draw", None) if number % 2 else ("window", 30)
    price = Money(900, "EUR")
    terms = DropTerms(f"Batch {number % 4}", 1 + number % 2, price, 1, None, None, mode=mode, window_seconds=seconds)
    plan_show_drop(show_id=evening.show_id, variant_id=evening.variant(number), terms=terms, actor=ACTOR)


@act
def enter_drop(evening: Evening, number: int) -> None:
    drop = evening.pick(Drop, number, show_id=evening.show_id, list_state="open")
    lists.enter_list(drop_id=drop.pk, asker=lists.Asker(viewer_key=evening.buyers[number % 2].key))


@act
def count_entries(evening: Evening, number: int) -> None:
    lists.tell_entries(drop_id=evening.pick(Drop, number, show_id=evening.show_id, list_state="open").pk)


@act
def close_window(evening: Evening, number: int) -> None:
    drop = evening.pick(Drop, number, show_id=evening.show_id, list_state="open", status="open")
    lists.close_list(drop_id=drop.pk, actor=ACTOR)


@act
def draw_list(evening: Evening, number: int) -> None:
    drop = evening.pick(Drop, number, show_id=evening.show_id, list_state="closed")
    lists.draw_list(drop_id=drop.pk, actor=ACTOR)


@act
def join_line(evening: Evening, number: int) -> None:
    drop = evening.pick(Drop, number, show_id=evening.show_id, status="sold_out")
    asker = lists.Asker(viewer_key=evening.buyers[number % 2].key)
    join_waitlist(variant_id=drop.variant_id, drop_id=drop.pk, asker=asker, actor=ACTOR)


@act
def serve(evening: Evening, number: int) -> None:
    for line in lines_to_serve():
        serve_line(line)


@act
def hold_in_drop(evening: Evening, number: int) -> None:
    drop = evening.pick(Drop, number)
    buyer = evening.buyers[number % len(evening.buyers)]
    create_hold(viewer=buyer, variant_id=drop.variant_id, quantity=1 + number % 2, drop_id=drop.pk, actor=ACTOR)


# The room


@act
def open_room(evening: Evening, number: int) -> None:
    rooms.open_room(show_id=evening.show_id, actor=ACTOR)


@act
def change_mode(evening: Evening, number: int) -> None:
    rooms.set_room_mode(
        show_id=evening.show_id, slow_seconds=number % 3 * 5, guests_allowed=number % 4 != 0, actor=ACTOR
    )


@act
def say(evening: Evening, number: int) -> None:
    make_message(evening.show_id, f"line {number}", person=evening.people[number % 3])


@act
def answer(evening: Evening, number: int) -> None:
    from chat.writer import Line, post_lines

    quoted = evening.pick(Message, number)
    line = Line(evening.show_id, evening.people[number % 3], f"answer {number}", uuid.uuid4(), reply_to=quoted.pk)
    post_lines(lines=[line])


@act
def edit_message(evening: Evening, number: int) -> None:
    message = evening.pick(Message, number)
    edits.edit_message(
        show_id=evening.show_id, message_id=message.pk, text=f"corrected {number}", actor=ACTOR, may_correct=True
    )


@act
def remove_message(evening: Evening, number: int) -> None:
    message = evening.pick(Message, number)
    messages.remove_message(show_id=evening.show_id, message_id=message.pk, actor=ACTOR)


@act
def pin_message(evening: Evening, number: int) -> None:
    message = evening.pick(Message, number)
    messages.pin_message(show_id=evening.show_id, message_id=message.pk, actor=ACTOR)


@act
def unpin_message(evening: Evening, number: int) -> None:
    messages.unpin_message(show_id=evening.show_id, actor=ACTOR)


@act
def ask(evening: Evening, number: int) -> None:
    evening.asked += 1
    questions.ask_question(
        show_id=evening.show_id, person=make_person(f"Asker{evening.asked}"), text=f"{number}?", key=uuid.uuid4()
    )


@act
def upvote(evening: Evening, number: int) -> None:
    question = evening.pick(Question, number)
    questions.count_upvotes(votes=[(evening.show_id, question.pk, evening.people[number % 3].key)])


@act
def answer_question(evening: Evening, number: int) -> None:
    question = evening.pick(Question, number)
    questions.answer_question(show_id=evening.show_id, question_id=question.pk, actor=ACTOR)


@act
def dismiss_question(evening: Evening, number: int) -> None:
    question = evening.pick(Question, number)
    questions.dismiss_question(show_id=evening.show_id, question_id=question.pk, actor=ACTOR)


@act
def open_poll(evening: Evening, number: int) -> None:
    answers = [f"answer {choice}" for choice in range(2 + number % 3)]
    polls.open_poll(show_id=evening.show_id, question=f"{number}?", answers=answers, actor=ACTOR)


@act
def vote(evening: Evening, number: int) -> None:
    poll = evening.pick(Poll, number)
    choice = number % len(poll.answers)
    polls.cast_votes(votes=[(evening.show_id, poll.pk, evening.people[number % 3].key, choice)])
    polls.tell_count(poll_id=poll.pk)


@act
def close_poll(evening: Evening, number: int) -> None:
    polls.close_poll(show_id=evening.show_id, poll_id=evening.pick(Poll, number).pk, actor=ACTOR)


@act
def react(evening: Evening, number: int) -> None:
    rooms.count_reactions(show_id=evening.show_id, count=1 + number % 9)


@act
def ban(evening: Evening, number: int) -> None:
    moderation.ban_viewer(viewer_key=evening.people[number % 3].key, show_id=evening.show_id, actor=ACTOR)


@act
def time_out(evening: Evening, number: int) -> None:
    moderation.time_out_viewer(
        viewer_key=evening.people[number % 3].key, seconds=60, show_id=evening.show_id, actor=ACTOR
    )


@act
def forgive(evening: Evening, number: int) -> None:
    moderation.lift_all(viewer_key=evening.people[number % 3].key, actor=ACTOR)
