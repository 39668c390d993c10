"""What the probe's words become: renditions for each shape of picture, and reasons for what cannot go on air."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.media.ladder import Source, UnsupportedSource, choose_renditions, read_probe, transcode_argv

OBS = """Input #0, flv, from 'rtmp://…':
  Stream #0:0: Audio: aac (LC), 48000 Hz, stereo, fltp, 160 kb/s, start 0.064000
  Stream #0:1: Video: h264 (High), yuv420p(tv, bt709, progressive), 1080x1920 [SAR 1:1 DAR 9:16], 60 fps, 60 tbr, 1k tbn
"""


def source(width: int, height: int, fps: float = 30.0) -> Source:
    return Source(width, height, fps, "h264", "aac")


def test_probe_reads_the_first_picture_and_sound() -> None:
    assert read_probe(OBS) == Source(1080, 1920, 60.0, "h264", "aac")
    assert read_probe(OBS.replace("Audio: aac", "Data: none")).audio_codec is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Input #0, flv\n  Stream #0:0: Audio: aac (LC), 48000 Hz, stereo\n", "no_video"),
        (OBS.replace("1080x1920", "7680x4320"), "picture_too_large"),
        (OBS.replace("1080x1920", "32x32"), "picture_too_small"),
    ],
)
def test_what_cannot_go_on_air_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedSource) as refused:
        read_probe(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("picture", "high", "low"),
    [
        ((1080, 1920), (540, 960), (360, 640)),
        ((540, 960), (540, 960), (360, 640)),
        ((1920, 1080), (1280, 720), (640, 360)),
        ((1280, 720), (1280, 720), (640, 360)),
        ((640, 360), (640, 360), (640, 360)),
        ((320, 240), (320, 240), (320, 240)),
        ((1080, 1080), (720, 720), (360, 360)),
        ((853, 479), (852, 480), (640, 360)),
    ],
)
def test_renditions_fit_and_are_never_enlarged(
    picture: tuple[int, int], high: tuple[int, int], low: tuple[int, int]
) -> None:
    best, small = choose_renditions(source(*picture))
    assert (best.width, best.height) == high
    assert (small.width, small.height) == low


@pytest.mark.parametrize(
    ("sent", "encoded"),
    [(60, 30), (59.94, 30), (50, 25), (29.97, 30), (24, 24), (23.976, 24), (10, 15), (0, 30), (1000, 30)],
)
def test_frame_rate_is_whole_so_that_a_segment_is_one_second(sent: float, encoded: int) -> None:
    assert {rendition.fps for rendition in choose_renditions(source(1280, 720, sent))} == {encoded}


def test_arguments_align_key_frames_and_carry_no_text_of_users() -> None:
    url = "rtmp://127.0.0.1/live/id?token=t"
    argv = transcode_argv("ffmpeg", url, source(1080, 1920, 50), Path("/live/e0001"), starts_at=1)
    assert argv.count("-g") == argv.count("-keyint_min") == 2
    assert {argv[i + 1] for i, word in enumerate(argv) if word in ("-g", "-keyint_min")} == {"25"}
    assert "fps=25,split=2" in argv[argv.index("-filter_complex") + 1]
    assert "nobuffer" not in " ".join(argv)
    silent = transcode_argv("ffmpeg", "u", Source(640, 360, 30, "h264", None), Path("/live/e0001"), starts_at=1)
    assert any("anullsrc" in word for word in silent)
