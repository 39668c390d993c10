"""Clocks as the server writes them.

Not here: the ones that run (frontend/tests).
"""

from datetime import UTC, datetime, timedelta

import pytest

from config.templatetags.clocks import clock_left, clock_parts, clock_seconds, duration_left

NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "figures", "machine"),
    [
        (timedelta(seconds=-5), "00:00", "PT0S"),
        (timedelta(seconds=42), "00:42", "PT42S"),
        (timedelta(minutes=4, seconds=31), "04:31", "PT4M31S"),
        (timedelta(hours=2, minutes=14, seconds=36), "2:14:36", "PT2H14M36S"),
        (timedelta(hours=1), "1:00:00", "PT1H0S"),
    ],
)
def test_time_left_is_written_for_people_and_machines(left: timedelta, figures: str, machine: str) -> None:
    assert clock_left(NOW + left, NOW) == figures
    assert duration_left(NOW + left, NOW) == machine


def test_position_in_a_recording() -> None:
    assert [clock_seconds(seconds) for seconds in (0, 252, 3727)] == ["0:00", "4:12", "1:02:07"]


def test_large_clock_shows_days_only_when_they_matter() -> None:
    near = clock_parts(NOW + timedelta(hours=47, minutes=1, seconds=1), NOW)
    far = clock_parts(NOW + timedelta(days=3, hours=1, minutes=2), NOW)

    assert [(part["figure"], part["unit"]) for part in near] == [("47", "hours"), ("01", "minute"), ("01", "second")]
    assert [(part["figure"], part["unit"]) for part in far] == [("03", "days"), ("01", "hour"), ("02", "minutes")]
