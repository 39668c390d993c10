"""From what the encoder sends to what we encode: the probe's reading, two renditions, ffmpeg's arguments.

Pure functions; processes are started in transcoder.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SEGMENT_SECONDS = 1
AUDIO_RATE = 48_000
AUDIO_KBIT = 128
FRAME_RATES = (15, 24, 25, 30)
LONGEST_SIDE = 4096
INIT_NAME = "init.mp4"
INDEX_NAME = "index.m3u8"
SEGMENT_PATTERN = "%06d.m4s"

_VIDEO = re.compile(r"Stream #0:\d+.*?: Video: (?P<codec>\w+).*?, (?P<width>\d{2,5})x(?P<height>\d{2,5})[ ,\[]")
_FPS = re.compile(r"Stream #0:\d+.*?: Video: .*?, (?P<fps>[\d.]+) (?:fps|tbr)")
_AUDIO = re.compile(r"Stream #0:\d+.*?: Audio: (?P<codec>\w+)")


class UnsupportedSource(ValueError):
    """What the encoder sends cannot go on air; `reason` is a machine code for the host's screen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Source:
    """The encoder's stream as the probe read it."""

    width: int
    height: int
    fps: float
    video_codec: str
    audio_codec: str | None


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoded version of the picture; names are the same in every broadcast."""

    name: str
    width: int
    height: int
    fps: int
    video_kbit: int


RENDITION_NAMES = ("high", "low")


def probe_argv(ffmpeg: str, url: str) -> list[str]:
    """Arguments that make ffmpeg describe the source on stderr and leave at once."""
    return [ffmpeg, "-hide_banner", "-nostdin", *_input(url), "-t", "0", "-map", "0", "-c", "copy", "-f", "null", "-"]


def read_probe(text: str) -> Source:
    """Read ffmpeg's description of its input; raises UnsupportedSource with the reason the host should see."""
    video = _VIDEO.search(text)
    if video is None:
        raise UnsupportedSource("no_video")
    width, height = int(video["width"]), int(video["height"])
    if max(width, height) > LONGEST_SIDE:
        raise UnsupportedSource("picture_too_large")
    if min(width, height) < 64:
        raise UnsupportedSource("picture_too_small")
    rate = _FPS.search(text)
    audio = _AUDIO.search(text)
    return Source(
        width=width,
        height=height,
        fps=float(rate["fps"]) if rate else 0.0,
        video_codec=video["codec"],
        audio_codec=audio["codec"] if audio else None,
    )


def _frame_rate(fps: float) -> int:
    """The nearest rate we encode at; 50 and 60 are halved, an unknown or absurd rate becomes 30."""
    if not 1 <= fps <= 240:
        return 30
    while fps > 40:
        fps /= 2
    return min(FRAME_RATES, key=lambda rate: abs(rate - fps))


def _fit(source: Source, *, width: int, height: int) -> tuple[int, int]:
    """The source scaled into a box, never up, both sides even."""
    scale = min(1.0, width / source.width, height / source.height)
    return max(2, round(source.width * scale / 2) * 2), max(2, round(source.height * scale / 2) * 2)


def choose_renditions(source: Source) -> tuple[Rendition, Rendition]:
    """A high and a low rendition that fit the source; frame rate and key frames are the same in both."""
    fps = _frame_rate(source.fps)
    portrait = source.height > source.width
    high = _fit(source, width=720 if portrait else 1280, height=960 if portrait else 720)
    low = _fit(source, width=360 if portrait else 640, height=640 if portrait else 360)
    return (
        Rendition("high", *high, fps, 1600),
        Rendition("low", *low, fps, 500),
    )


def _input(url: str) -> list[str]:
    # No "nobuffer": it drops the frames read while probing.
    return ["-probesize", "200k", "-analyzeduration", "700k", "-flags", "low_delay", "-i", url]


def _output(rendition: Rendition, video: str, audio: str, directory: Path, starts_at: int) -> list[str]:
    rate = f"{rendition.video_kbit}k"
    return [
        "-map", video, "-map", audio, "-shortest",
        "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency",
        "-profile:v", "high" if rendition.name == "high" else "main", "-pix_fmt", "yuv420p",
        "-b:v", rate, "-maxrate", rate, "-bufsize", rate,
        "-g", str(rendition.fps * SEGMENT_SECONDS), "-keyint_min", str(rendition.fps * SEGMENT_SECONDS),
        "-sc_threshold", "0",
        "-c:a", "aac", "-b:a", f"{AUDIO_KBIT}k", "-ar", str(AUDIO_RATE), "-ac", "2",
        "-output_ts_offset", str(starts_at),
        "-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_list_size", "0", "-hls_playlist_type", "event",
        "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", INIT_NAME,
        "-hls_flags", "independent_segments+program_date_time+temp_file",
        # Fragments say their real time instead of hiding it in an edit list, which most HLS players ignore.
        "-hls_segment_options", "movflags=+frag_discont",
        "-hls_segment_filename", str(directory / rendition.name / SEGMENT_PATTERN),
        str(directory / rendition.name / INDEX_NAME),
    ]  # fmt: skip


def transcode_argv(ffmpeg: str, url: str, source: Source, directory: Path, *, starts_at: int) -> list[str]:
    """Arguments of the one ffmpeg of an epoch: decode once, encode each rendition into its own folder.

    `starts_at` is the media time of the first picture: past the epochs before, because not every player forgives
    time that falls, marked or not. `url` carries a broadcast id and the pull token; no text of a person gets in.
    """
    renditions = choose_renditions(source)
    fps = renditions[0].fps
    labels = "".join(f"[s{i}]" for i in range(len(renditions)))
    # The rate is fixed before the split, so that key frames of all renditions fall on the same frame.
    graph = [f"[0:v:0]fps={fps},split={len(renditions)}{labels}"]
    graph += [f"[s{i}]scale={r.width}:{r.height}:flags=bicubic,setsar=1[v{i}]" for i, r in enumerate(renditions)]
    silence: list[str] = []
    sound = ["[a0]", "[a1]"]
    if source.audio_codec:
        graph.append(f"[0:a:0]aresample={AUDIO_RATE}:async=1000:first_pts=0,asplit={len(renditions)}[a0][a1]")
    else:
        # Every epoch has the same tracks, with sound or without: a player must not lose one in mid-show.
        silence = ["-f", "lavfi", "-i", f"anullsrc=r={AUDIO_RATE}:cl=stereo"]
        sound = ["1:a:0", "1:a:0"]
    argv = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "warning", "-progress", "pipe:1", "-stats_period", "0.5"]
    argv += [*_input(url), *silence, "-filter_complex", ";".join(graph)]
    for index, rendition in enumerate(renditions):
        argv += _output(rendition, f"[v{index}]", sound[index], directory, starts_at)
    return argv
