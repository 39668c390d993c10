"""A block may live at another time, and only that block."""

import datetime as dt

from kernel import clock


def test_a_shifted_block_ends() -> None:
    before = clock.now()
    with clock.shifted(dt.timedelta(days=-7)):
        assert before - clock.now() > dt.timedelta(days=6)
    assert clock.now() >= before
