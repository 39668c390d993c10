"""What the host sees of a room: a snapshot, and the events after it."""

from typing import Any

from demo.audience.sight import Sight


def snapshot(**changed: Any) -> dict[str, Any]:
    state = {
        "show": {"status": "lobby"},
        "lineup": [{"variant_id": "var_1", "name": "Dawn Serum", "available": 9}],
        "pin": None,
        "drops": [],
        "poll": None,
        "questions": [],
    }
    return {"t": "snapshot", "state": {**state, **changed}}


def events(*pairs: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"t": "events", "events": [{"type": kind, "data": data} for kind, data in pairs]}


def test_a_show_goes_live_and_ends() -> None:
    sight = Sight()
    sight.take(snapshot())
    assert not sight.is_live
    seen = []
    for kind in ("show.started", "show.ended"):
        sight.take(events((kind, {})))
        seen.append(sight.status)
    assert seen == ["live", "ended"]


def test_a_snapshot_stands_for_the_events_before_it() -> None:
    told, shown = Sight(), Sight()
    told.take(snapshot())
    told.take(
        events(
            ("product.pinned", {"variant_id": "var_1"}),
            ("poll.opened", {"poll_id": "pol_1", "answers": ["a", "b"]}),
            ("question.asked", {"question_id": "qst_1", "text": "how long?"}),
            ("stock.changed", {"variant_id": "var_1", "available": 4}),
        )
    )
    shown.take(
        snapshot(
            lineup=[{"variant_id": "var_1", "name": "Dawn Serum", "available": 4}],
            pin={"variant_id": "var_1"},
            poll={"id": "pol_1", "status": "open", "answers": [{"text": "a"}, {"text": "b"}]},
            questions=[{"id": "qst_1", "text": "how long?", "answered_at": None}],
        )
    )
    assert (told.pin, told.poll, told.questions, told.line_up) == (
        shown.pin,
        shown.poll,
        shown.questions,
        shown.line_up,
    )


def test_only_an_open_drop_is_seen() -> None:
    sight = Sight()
    sight.take(snapshot(drops=[{"status": "sold_out", "drop_id": "drp_1", "variant_id": "var_1"}]))
    seen = [sight.drop]
    for kind in ("drop.opened", "drop.sold_out"):
        sight.take(events((kind, {"drop_id": "drp_2", "variant_id": "var_1"})))
        seen.append(sight.drop)
    assert seen == [None, {"drop_id": "drp_2", "variant_id": "var_1"}, None]


def test_of_several_drops_the_newest_is_seen_until_it_is_over() -> None:
    sight = Sight()
    sight.take(snapshot(drops=[{"status": "open", "drop_id": "drp_1", "variant_id": "var_1"}]))
    sight.take(events(("drop.opened", {"drop_id": "drp_2", "variant_id": "var_2"})))
    assert sight.drop == {"drop_id": "drp_2", "variant_id": "var_2"}
    sight.take(events(("drop.closed", {"drop_id": "drp_2", "variant_id": "var_2"})))
    assert sight.drop == {"status": "open", "drop_id": "drp_1", "variant_id": "var_1"}


def test_an_event_that_nobody_here_knows_is_passed_over() -> None:
    sight = Sight()
    sight.take(snapshot())
    sight.take(events(("theme.published", {"css_url": "/"})))
    sight.take({"t": "tick", "viewers": 3, "reactions": 0})
    assert sight.status == "lobby"
