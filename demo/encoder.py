"""The demo's encoder: loops a brand's film with a running clock burned in, and pushes it over RTMP as a host's would.

The film itself is made in film.py. The stream key comes from STREAM_KEY, or from standard input with `--key -`.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from types import FrameType

import imageio_ffmpeg

from demo.film import ART, FPS, SHOTS, make_film
from streams.media.processes import die_with

FONT = ART / "hanken-grotesk-600.ttf"
# Read by ffmpeg from a file, where only its own expansion applies.
CLOCK_TEXT = r"%{gmtime:%H\:%M\:%S} UTC"
RETRY_SECONDS = 1.0
REFUSED_RETRY_SECONDS = 10.0
TERM_SECONDS = 3.0

log = logging.getLogger("demo.encoder")


def encoder_argv(ffmpeg: str, film: Path, clock: Path, url: str) -> list[str]:
    """Arguments of the encoder; `url` ends in the stream key, which ffmpeg takes in no other way."""
    draw = (
        f"drawtext=fontfile={FONT}:textfile={clock}:expansion=normal:fontsize=20:fontcolor=white@0.92:"
        "box=1:boxcolor=black@0.32:boxborderw=8:x=w-tw-24:y=h*0.14"
    )
    return [
        ffmpeg, "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(film),
        "-vf", draw, "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
        "-b:v", "1200k", "-maxrate", "1500k", "-bufsize", "1500k",
        "-g", str(FPS), "-keyint_min", str(FPS), "-sc_threshold", "0", "-threads", "1",
        "-c:a", "copy", "-f", "flv", "-flvflags", "no_duration_filesize", url,
    ]  # fmt: skip


class Encoder:
    """Pushes until stopped, again after every drop."""

    def __init__(self, argv: list[str], *, key: str) -> None:
        self._argv = argv
        self._key = key
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def stop(self) -> None:
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def run(self, seconds: float | None) -> None:
        """Push for that long, or until `stop`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._stopping.is_set():
            said = self._push(deadline)
            if self._stopping.is_set() or (deadline is not None and time.monotonic() >= deadline):
                return
            log.warning("the stream dropped: %s", said or "ffmpeg said nothing")
            # A refused key does not become right by asking often, and asking often is what the gate blocks.
            self._stopping.wait(REFUSED_RETRY_SECONDS if "Server error" in said else RETRY_SECONDS)

    def _push(self, deadline: float | None) -> str:
        self._process = process = subprocess.Popen(
            self._argv,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  (this program has one thread)
        )
        if self._stopping.is_set():  # told to stop just before there was anything to end
            process.terminate()
        log.info("pushing")
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            said = process.communicate(timeout=left)[1]
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                said = process.communicate(timeout=TERM_SECONDS)[1]
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()[1]
        return said.replace(self._key, "***").strip()[-400:]


def _read_key(option: str | None) -> str:
    key = sys.stdin.readline().strip() if option == "-" else option or os.environ.get("STREAM_KEY", "")
    if not key:
        raise SystemExit("No stream key: set STREAM_KEY, or pass --key - and write the key to standard input.")
    return key


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="where to push, without the key: rtmp://localhost:1935/live")
    parser.add_argument("--key", help="stream key; '-' reads it from standard input, without it STREAM_KEY counts")
    parser.add_argument("--brand", choices=sorted(SHOTS), default="aurora")
    parser.add_argument("--seconds", type=float, help="stop after that long; without it the film runs on")
    parser.add_argument("--directory", type=Path, default=Path(os.environ.get("VITRINE_LOCAL_DIR", ".local")) / "demo")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    key = _read_key(options.key)
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    film = make_film(options.directory, options.brand, ffmpeg=ffmpeg)
    with tempfile.TemporaryDirectory(prefix="vitrine-encoder-") as scratch:
        clock = Path(scratch) / "clock.txt"
        clock.write_text(CLOCK_TEXT)
        encoder = Encoder(encoder_argv(ffmpeg, film, clock, f"{options.url.rstrip('/')}/{key}"), key=key)

        def end(number: int, frame: FrameType | None) -> None:
            encoder.stop()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        encoder.run(options.seconds)


if __name__ == "__main__":
    main()
