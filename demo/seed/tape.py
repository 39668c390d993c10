"""The picture of a past show: the brand's film through the real ladder, made once and kept beside the film.

Not here: the show around it (past). Laying a tape links its files, so that it costs nothing.
"""

import hashlib
import json
import os
import shutil
import subprocess
from math import ceil
from pathlib import Path

from demo import film
from streams.media import ladder, layout
from streams.media.timeline import open_epoch, read_timeline, seal_epoch, write_once

_LONGEST = 600


def tape_of(brand: str, seconds: int, *, folder: Path, ffmpeg: str) -> Path:
    """An epoch's folder with so many seconds of the brand's film; made now if there is none."""
    looped = film.make_film(folder, brand, ffmpeg=ffmpeg)
    made_by = hashlib.sha256(Path(ladder.__file__).read_bytes() + Path(__file__).read_bytes()).hexdigest()[:8]
    target = folder / f"tape-{looped.stem}-{seconds}-{made_by}"
    if target.is_dir():
        return target
    scratch = folder / f"{target.name}.{os.getpid()}.part"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        _record(looped, seconds, scratch, ffmpeg)
        epoch = read_timeline(scratch).epochs[0]
        (scratch / epoch.name).replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def lay_tape(tape: Path, broadcast_directory: Path, *, starts_at: float) -> None:
    """Make the tape a broadcast's first epoch, its first picture at that UTC. Doing it again changes nothing."""
    if (broadcast_directory / layout.epoch_name(1) / layout.SEAL_NAME).exists():
        return
    shutil.rmtree(broadcast_directory, ignore_errors=True)
    epoch = open_epoch(broadcast_directory)
    for source in sorted(tape.rglob("*")):
        if source.is_file() and source.name != layout.SEAL_NAME:
            _link(source, epoch / source.relative_to(tape))
    _seal(epoch, starts_at)


def _record(looped: Path, seconds: int, folder: Path, ffmpeg: str) -> None:
    """What an encoder would have sent, then what the engine makes of it, without waiting for real time."""
    epoch = open_epoch(folder)
    sent = folder / "sent.flv"
    again = ceil(seconds / film.FILM_SECONDS) - 1
    argv = [ffmpeg, "-v", "error", "-nostdin", "-stream_loop", str(again), "-i", str(looped), "-t", str(seconds)]
    subprocess.run([*argv, "-c", "copy", str(sent)], check=True, timeout=_LONGEST)
    said = subprocess.run(ladder.probe_argv(ffmpeg, str(sent)), check=False, capture_output=True, timeout=_LONGEST)
    source = ladder.read_probe(said.stderr.decode(errors="replace"))
    argv = ladder.transcode_argv(ffmpeg, str(sent), source, epoch, starts_at=1)
    subprocess.run(argv, check=True, capture_output=True, timeout=_LONGEST)
    seal_epoch(epoch)


def _link(source: Path, target: Path) -> None:
    """Segments never change, so that two broadcasts may share a file where the disk allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _seal(epoch: Path, starts_at: float) -> None:
    """Fix length and clock by hand: the engine reads a clock off the files' times, which here are the tape's."""
    count = min(len(list((epoch / name).glob("*.m4s"))) for name in ladder.RENDITION_NAMES)
    write_once(epoch / layout.SEAL_NAME, json.dumps({"segments": count, "utc_at_zero": starts_at}))
