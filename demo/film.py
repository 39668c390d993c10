"""Makes the film that the demo's encoder loops: a brand's scene, slow moves over its products, a quiet chord.

Made once per machine and kept by the hash of everything it is made from; what is burned in live is in encoder.py.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

ART = Path(__file__).parent / "art"
WIDTH, HEIGHT, FPS = 540, 960, 25
FADE_SECONDS = 0.6
FILM_SECONDS = 24.0


@dataclass(frozen=True, slots=True)
class Shot:
    """A drawing on screen: how long, and the zoom it begins and ends with (1 = the whole picture)."""

    drawing: str
    seconds: float
    zoom_from: float
    zoom_to: float


# The last shot begins as the film does, so that the loop's seam is not seen.
SHOTS: dict[str, tuple[Shot, ...]] = {
    "aurora": (
        Shot("scene-aurora-portrait", 9.0, 1.0, 1.22),
        Shot("aurora-serum", 4.6, 1.12, 1.0),
        Shot("aurora-mist", 4.6, 1.0, 1.12),
        Shot("aurora-cleanser", 4.6, 1.12, 1.0),
        Shot("scene-aurora-portrait", 3.6, 1.0, 1.0),
    ),
    "fjord": (
        Shot("scene-fjord-portrait", 9.0, 1.0, 1.22),
        Shot("fjord-flask", 4.6, 1.12, 1.0),
        Shot("fjord-pack", 4.6, 1.0, 1.12),
        Shot("fjord-jacket", 4.6, 1.12, 1.0),
        Shot("scene-fjord-portrait", 3.6, 1.0, 1.0),
    ),
}

# Hertz of a wide, calm chord; whole cycles fit into the film, so that its end joins its beginning without a click.
CHORD = (110, 165, 220, 277, 330)


def _picture_filter(index: int, shot: Shot) -> str:
    """A slow zoom. The picture is enlarged first, because the zoom moves by whole pixels of its input."""
    frames = round(shot.seconds * FPS)
    eased = f"(1-cos(PI*on/{frames}))/2"
    zoom = f"{shot.zoom_from}+({shot.zoom_to - shot.zoom_from:.4f})*{eased}"
    return (
        f"[{index}:v]scale={WIDTH * 4}:{HEIGHT * 4}:force_original_aspect_ratio=increase,"
        f"crop={WIDTH * 4}:{HEIGHT * 4},scale=out_range=tv,format=yuv420p,setsar=1,"
        f"zoompan=z='{zoom}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)*0.15':d={frames}:s={WIDTH}x{HEIGHT}:fps={FPS},"
        f"format=yuv420p[p{index}]"
    )


def _sound_filter() -> str:
    """Each tone swells at its own slow pace; peaks stay far below full scale."""
    voices = [
        f"0.035*sin(2*PI*{hertz}*t)*(0.6+0.4*sin(2*PI*t*{pace}/{FILM_SECONDS:g}))"
        for pace, hertz in enumerate(CHORD, start=1)
    ]
    voice = "+".join(voices)
    return f"aevalsrc='{voice}|{voice}':s=48000:d={FILM_SECONDS:g}[sound]"


def film_argv(ffmpeg: str, brand: str, target: Path) -> list[str]:
    """Arguments that make the brand's film."""
    shots = SHOTS[brand]
    argv = [ffmpeg, "-v", "error", "-nostdin", "-y"]
    graph: list[str] = []
    for index, shot in enumerate(shots):
        argv += ["-i", str(ART / f"{shot.drawing}.jpg")]
        graph.append(_picture_filter(index, shot))
    joined, elapsed = "p0", shots[0].seconds
    for index, shot in enumerate(shots[1:], start=1):
        fade = f"xfade=transition=fade:duration={FADE_SECONDS}:offset={elapsed - FADE_SECONDS:.3f}"
        graph.append(f"[{joined}][p{index}]{fade}[f{index}]")
        joined = f"f{index}"
        elapsed += shot.seconds - FADE_SECONDS
    graph.append(_sound_filter())
    return [
        *argv, "-filter_complex", ";".join(graph), "-map", f"[{joined}]", "-map", "[sound]", "-t", f"{FILM_SECONDS:g}",
        "-c:v", "libx264", "-preset", "medium", "-crf", "19", "-profile:v", "main", "-bf", "0", "-pix_fmt", "yuv420p",
        "-g", str(FPS), "-keyint_min", str(FPS), "-sc_threshold", "0",
        "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", "-f", "mp4", str(target),
    ]  # fmt: skip


def film_path(directory: Path, brand: str) -> Path:
    """The file's name, from everything it is made from."""
    made_from = hashlib.sha256(Path(__file__).read_bytes())
    for drawing in sorted({shot.drawing for shot in SHOTS[brand]}):
        made_from.update((ART / f"{drawing}.jpg").read_bytes())
    return directory / f"film-{brand}-{made_from.hexdigest()[:12]}.mp4"


def make_film(directory: Path, brand: str, *, ffmpeg: str | None = None) -> Path:
    """The brand's film, made now if this machine has none. Two makers at once both end with a whole file."""
    target = film_path(directory, brand)
    if target.exists():
        return target
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    try:
        subprocess.run(film_argv(ffmpeg or imageio_ffmpeg.get_ffmpeg_exe(), brand, unfinished), check=True, timeout=300)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brand", choices=sorted(SHOTS), default="aurora")
    parser.add_argument("--directory", type=Path, default=Path(os.environ.get("VITRINE_LOCAL_DIR", ".local")) / "demo")
    options = parser.parse_args()
    print(make_film(options.directory, options.brand))


if __name__ == "__main__":
    main()
