"""The composer on hand-made epochs: numbering, discontinuities and the window, without an encoder."""

from __future__ import annotations

import errno
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from streams.media import layout
from streams.media.playlists import NothingToPlay, render_live, render_multivariant, render_replay
from streams.media.timeline import Timeline, read_timeline, seal_epoch, seal_epochs, write_once
from tests.media.disk import EPOCH_UTC, Disk
from tests.media.hls_rules import check_aligned, check_succession, read_media_playlist


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "broadcast")


def live(disk: Disk, rendition: str = "high", window: int = 30) -> str:
    return render_live(read_timeline(disk.directory), rendition, window=window)


def test_segment_is_published_only_when_every_rendition_has_it(disk: Disk) -> None:
    disk.begin()
    disk.add_both(3)
    disk.add("low")
    disk.add("high", listed=False)
    assert len(read_media_playlist(live(disk, "high")).entries) == 3
    assert len(read_media_playlist(live(disk, "low")).entries) == 3


def test_number_of_a_segment_survives_the_death_of_a_rendition_in_mid_step(disk: Disk) -> None:
    disk.begin()
    disk.add_both(3)
    disk.add("low")
    before = read_media_playlist(live(disk, "low"))
    disk.begin()
    disk.add_both(2)
    after = read_media_playlist(live(disk, "low"))
    check_succession(before, after)
    assert [entry.uri for entry in after.entries][2:4] == ["e0001/low/000002.m4s", "e0002/low/000000.m4s"]
    assert read_timeline(disk.directory).epochs[0].count == 3


def test_discontinuity_sequence_counts_what_left_the_window(disk: Disk) -> None:
    for _ in range(3):
        disk.begin()
        disk.add_both(2)
    texts = [live(disk, window=window) for window in (1, 2, 3, 4, 5, 6)]
    counts = [int(text.split("DISCONTINUITY-SEQUENCE:")[1].split("\n")[0]) for text in texts]
    assert counts == [2, 1, 1, 0, 0, 0]
    assert [text.count("#EXT-X-DISCONTINUITY\n") for text in texts] == [0, 1, 1, 2, 2, 2]
    assert [read_media_playlist(text).entries[-1].discontinuity for text in texts] == [2] * 6


def test_epoch_without_a_segment_leaves_no_trace(disk: Disk) -> None:
    disk.begin()
    disk.add_both(2)
    disk.begin()
    disk.begin()
    disk.add_both(1)
    entries = read_media_playlist(live(disk)).entries
    assert [entry.discontinuity for entry in entries] == [0, 0, 1]
    assert entries[-1].uri == "e0003/high/000000.m4s"


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_segments_and_deaths_keeps_every_rule(disk: Disk, seed: int) -> None:
    chance = random.Random(seed)
    disk.begin()
    disk.add_both(1)
    seen = {name: read_media_playlist(live(disk, name, window=6)) for name in ("high", "low")}
    for _ in range(120):
        move = chance.random()
        if move < 0.08:
            disk.clock += disk.counts["high"] + chance.uniform(0.5, 9)
            disk.begin()
        elif move < 0.5:
            disk.add("high")
        else:
            disk.add("low")
        for name, before in seen.items():
            after = read_media_playlist(live(disk, name, window=6))
            check_succession(before, after)
            seen[name] = after
        check_aligned(seen["high"], seen["low"])


def test_first_seal_of_an_epoch_stays(disk: Disk) -> None:
    disk.begin()
    disk.add_both(2)
    seal_epochs(disk.directory)
    disk.add_both(1)
    seal_epochs(disk.directory)
    assert read_timeline(disk.directory).segment_count == 2


def test_listed_segment_that_a_power_cut_took_is_not_counted(disk: Disk) -> None:
    disk.begin()
    disk.add_both(4)
    (disk.epoch / "low" / layout.segment_name(2)).write_bytes(b"")
    seal_epochs(disk.directory)
    assert read_timeline(disk.directory).segment_count == 2


def test_clock_is_the_earliest_the_first_segments_allow(disk: Disk) -> None:
    disk.begin()
    disk.add_both(4)
    late = disk.epoch / "high" / layout.segment_name(0)
    os.utime(late, (EPOCH_UTC + 2.5, EPOCH_UTC + 2.5))
    assert read_timeline(disk.directory).epochs[0].utc_at_zero == pytest.approx(EPOCH_UTC, abs=0.001)


def test_end_closes_live_playlist_and_opens_replay(disk: Disk) -> None:
    disk.begin()
    disk.add_both(3)
    timeline = read_timeline(disk.directory)
    assert not read_media_playlist(render_live(timeline, "high")).is_ended
    with pytest.raises(NothingToPlay):
        render_replay(timeline, "high")
    with pytest.raises(NothingToPlay):
        render_multivariant(timeline, replay=True)
    write_once(disk.directory / layout.ENDED_MARKER, "")
    timeline = read_timeline(disk.directory)
    assert read_media_playlist(render_live(timeline, "high", window=2)).is_ended
    replay = render_replay(timeline, "high")
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in replay
    assert len(read_media_playlist(replay).entries) == 3


def test_nothing_yet_is_said_so(tmp_path: Path) -> None:
    timeline = read_timeline(tmp_path / "absent")
    with pytest.raises(NothingToPlay):
        render_live(timeline, "high")
    with pytest.raises(NothingToPlay):
        render_multivariant(timeline)


def test_write_once_keeps_the_first_text_and_leaves_no_scrap(tmp_path: Path) -> None:
    target = tmp_path / "marker"
    assert write_once(target, "first")
    assert not write_once(target, "second")
    assert target.read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["marker"]


def test_write_once_leaves_no_scrap_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_once(tmp_path / "marker", "first")
    assert list(tmp_path.iterdir()) == []


def test_list_of_a_long_show_is_kept_once_and_not_as_it_was_each_second(disk: Disk) -> None:
    disk.begin()
    disk.add_both(6)
    tracemalloc.start()
    try:
        for count in range(2000, 2020):
            entries = "".join(f"#EXTINF:1.000000,\n{layout.segment_name(number)}\n" for number in range(count))
            for name in ("high", "low"):
                (disk.epoch / name / "index.m3u8").write_text("#EXTM3U\n" + entries)
            assert read_timeline(disk.directory).segment_count == count
        del entries
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def test_late_words_of_an_old_engine_do_not_close_the_new_ones_epoch(disk: Disk) -> None:
    disk.begin()
    disk.add_both(2)
    old_epoch = disk.epoch
    disk.begin()
    disk.add_both(1)
    seal_epoch(old_epoch)
    disk.add_both(1)
    assert read_timeline(disk.directory).segment_count == 4


def on_air(disk: Disk, after: float) -> Timeline:
    """The broadcast as viewers see it when the host gave the word so many seconds after the first frame."""
    return read_timeline(disk.directory).since(EPOCH_UTC + after)


def test_what_began_before_the_hosts_word_is_in_no_playlist(disk: Disk) -> None:
    disk.begin()
    disk.add_both(8)
    entries = read_media_playlist(render_live(on_air(disk, 3.5), "high")).entries
    assert [(entry.sequence, entry.uri) for entry in entries] == [
        (4 + i, f"e0001/high/{4 + i:06d}.m4s") for i in range(4)
    ]
    write_once(disk.directory / layout.ENDED_MARKER, "")
    replay = read_media_playlist(render_replay(on_air(disk, 3.5), "low"))
    assert [entry.sequence for entry in replay.entries] == [4, 5, 6, 7]
    assert read_media_playlist(render_live(on_air(disk, 3), "high")).entries[0].sequence == 3


def test_numbers_stay_when_the_show_begins_and_goes_on(disk: Disk) -> None:
    """A desk that showed the test picture follows the same playlist into the show."""
    disk.begin()
    disk.add_both(6)
    preview = read_media_playlist(live(disk))
    disk.add_both(2)
    first = read_media_playlist(render_live(on_air(disk, 6), "high"))
    check_succession(preview, first)
    disk.clock += 20
    disk.begin()
    disk.add_both(2)
    after = read_media_playlist(render_live(on_air(disk, 6), "high"))
    check_succession(first, after)
    assert [entry.sequence for entry in after.entries] == [6, 7, 8, 9]


def test_show_that_begins_in_a_later_epoch_names_the_discontinuity_that_left(disk: Disk) -> None:
    disk.begin()
    disk.add_both(6)
    disk.clock += 20
    disk.begin()
    disk.add_both(6)
    text = render_live(on_air(disk, 21.5), "high")
    assert "#EXT-X-DISCONTINUITY\n" not in text
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in text
    assert read_media_playlist(text).entries[0].uri == "e0002/high/000002.m4s"


def test_nothing_is_played_until_a_segment_begins_after_the_word(disk: Disk) -> None:
    disk.begin()
    disk.add_both(3)
    for render in (render_live, render_replay):
        with pytest.raises(NothingToPlay):
            render(on_air(disk, 2.9), "high")
    with pytest.raises(NothingToPlay):
        render_multivariant(on_air(disk, 2.9))
