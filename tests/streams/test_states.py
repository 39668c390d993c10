"""Both state machines, exhaustively: every way that is not in the table is refused."""

import itertools

import pytest

from streams.errors import NoPicture, ShowIncomplete, TransitionRefused
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus
from streams.states import BROADCAST_TRANSITIONS, SHOW_TRANSITIONS, move_broadcast, move_show
from tests.factories.streams import make_broadcast, make_lobby, make_show, make_show_in

S = ShowStatus
# Written out a second time, from the features' own list: the table has to agree with it.
ALLOWED = {
    (S.DRAFT, S.SCHEDULED),
    (S.SCHEDULED, S.DRAFT),
    (S.SCHEDULED, S.LOBBY),
    (S.LOBBY, S.SCHEDULED),
    (S.SCHEDULED, S.LIVE),
    (S.LOBBY, S.LIVE),
    (S.LIVE, S.ENDED),
    (S.ENDED, S.REPLAY),
    (S.DRAFT, S.CANCELLED),
    (S.SCHEDULED, S.CANCELLED),
    (S.LOBBY, S.CANCELLED),
}


def test_the_table_is_the_list_of_the_features() -> None:
    assert {(row.source, row.target) for row in SHOW_TRANSITIONS} == ALLOWED


@pytest.mark.parametrize(("source", "target"), sorted(set(itertools.product(S, S)) - ALLOWED))
def test_a_show_refuses_every_other_step(source: ShowStatus, target: ShowStatus) -> None:
    show = Show(title="A show", status=source)
    with pytest.raises(TransitionRefused) as refusal:
        move_show(show, target)
    assert show.status == source
    assert refusal.value.data == {"current": source.value, "wanted": target.value}


@pytest.mark.parametrize("status", list(S))
def test_every_status_can_be_reached_by_services(in_aurora: object, status: ShowStatus) -> None:
    show = make_show_in(status)
    assert Show.objects.get(pk=show.pk).status == status


def test_a_draft_without_a_date_is_not_scheduled() -> None:
    with pytest.raises(ShowIncomplete) as refusal:
        move_show(Show(title=" "), S.SCHEDULED)
    assert refusal.value.data["missing"] == "a title and a day and time"


def test_live_needs_a_picture(in_aurora: object) -> None:
    show = make_lobby()
    with pytest.raises(NoPicture):
        move_show(show, S.LIVE)
    make_broadcast(show, playable=False)
    with pytest.raises(NoPicture):
        move_show(show, S.LIVE)
    assert show.status == S.LOBBY


@pytest.mark.parametrize(
    ("source", "target"), sorted(set(itertools.product(BroadcastStatus, BroadcastStatus)) - BROADCAST_TRANSITIONS)
)
def test_a_broadcast_refuses_every_other_step(source: BroadcastStatus, target: BroadcastStatus) -> None:
    broadcast = Broadcast(status=source)
    with pytest.raises(TransitionRefused):
        move_broadcast(broadcast, target)
    assert broadcast.status == source


def test_nothing_leads_out_of_closed_and_nothing_into_opened_but_a_return() -> None:
    assert all(source != BroadcastStatus.CLOSED for source, _ in BROADCAST_TRANSITIONS)
    assert [row for row in BROADCAST_TRANSITIONS if row[1] == BroadcastStatus.OPENED] == [
        (BroadcastStatus.LOST, BroadcastStatus.OPENED)
    ]


def test_a_show_may_be_called_off_before_air_only(in_aurora: object) -> None:
    assert {row.source for row in SHOW_TRANSITIONS if row.target == S.CANCELLED} == {S.DRAFT, S.SCHEDULED, S.LOBBY}
    assert make_show().status == S.DRAFT
