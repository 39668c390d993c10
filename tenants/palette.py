"""From a brand's three colours to its palette by day and by night, every pair readable or refused.

Not here: the maths (tenants.colour), nor storing and serving (services/theme.py). The mixes repeat
frontend/src/styles/tokens/meaning.css; a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from tenants.colour import contrast, is_hex, mix, to_hex, to_lab
from tenants.errors import ColourInvalid, ContrastTooLow

TEXT, EDGE = 4.5, 3.0
_STEP = 0.01
# How far a brand's colour may be moved before it is another colour.
_REACH = {"surface": 0.08, "ink": 0.25, "accent": 0.25}
_ADVICE = {
    "surface": "Choose a lighter surface.",
    "ink": "Choose a darker ink or a lighter surface.",
    "accent": "Choose a darker accent.",
}

Mode = Literal["day", "night"]
Knob = Literal["surface", "ink", "accent"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """Floor 1 of the tokens for one mode."""

    mode: Mode
    accent: str
    on_accent: str
    surface: str
    ink: str

    def planes(self) -> dict[str, str]:
        """What words stand on."""
        if self.mode == "day":
            raised, sunken, wash = (
                mix(self.surface, "#ffffff", 0.62),
                mix(self.surface, self.ink, 0.05),
                mix(self.surface, self.accent, 0.09),
            )
        else:
            raised, sunken, wash = (
                mix(self.surface, self.ink, 0.06),
                mix(self.surface, self.ink, 0.11),
                mix(self.surface, self.accent, 0.14),
            )
        return {"surface": self.surface, "raised": raised, "sunken": sunken, "wash": wash}

    @property
    def ink_soft(self) -> str:
        return mix(self.ink, self.surface, 0.32 if self.mode == "day" else 0.30)

    @property
    def edge(self) -> str:
        return mix(self.surface, self.ink, 0.56 if self.mode == "day" else 0.52)

    @property
    def accent_hover(self) -> str:
        return mix(self.accent, "#000000", 0.14) if self.mode == "day" else mix(self.accent, "#ffffff", 0.16)

    @property
    def statuses(self) -> dict[str, str]:
        """Facts that no brand colours."""
        if self.mode == "day":
            return {"good": "#1f6b45", "warn": "#7a4d00", "bad": "#a8231b"}
        return {"good": "#7fd0a2", "warn": "#ecc06c", "bad": "#ff9d92"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on a page; `knob` is the input to move when they are too close."""

    name: str
    ratio: float
    floor: float
    knob: Knob

    @property
    def passes(self) -> bool:
        return self.ratio >= self.floor


@dataclass(frozen=True, slots=True)
class Palette:
    day: Scheme
    night: Scheme

    def tokens(self, radius: int) -> dict[str, str]:
        """Floor 1 as the style sheet sets it."""
        return {
            "--vt-brand-accent": self.day.accent,
            "--vt-brand-surface": self.day.surface,
            "--vt-brand-ink": self.day.ink,
            "--vt-brand-radius": f"{radius}px",
            "--vt-brand-on-accent": self.day.on_accent,
            "--vt-brand-accent-night": self.night.accent,
            "--vt-brand-on-accent-night": self.night.on_accent,
            "--vt-brand-surface-night": self.night.surface,
            "--vt-brand-ink-night": self.night.ink,
        }


def pairs(scheme: Scheme) -> Iterator[Pair]:
    """Every pair of colours that a page shows, with its contrast and the least it needs."""
    planes = scheme.planes()
    words: dict[str, tuple[str, Knob]] = {"ink": (scheme.ink, "ink"), "soft ink": (scheme.ink_soft, "ink")}
    words |= {name: (colour, "surface") for name, colour in scheme.statuses.items()}
    for plane, ground in planes.items():
        for name, (colour, knob) in words.items():
            yield Pair(f"{name} on {plane}", contrast(colour, ground), TEXT, knob)
    bad_wash = mix(scheme.surface, scheme.statuses["bad"], 0.08 if scheme.mode == "day" else 0.13)
    yield Pair("bad on its wash", contrast(scheme.statuses["bad"], bad_wash), TEXT, "surface")
    yield Pair("words on accent", contrast(scheme.on_accent, scheme.accent), TEXT, "accent")
    yield Pair("words on accent, pointed at", contrast(scheme.on_accent, scheme.accent_hover), TEXT, "accent")
    for plane in ("surface", "raised"):
        yield Pair(f"field edges on {plane}", contrast(scheme.edge, planes[plane]), EDGE, "ink")
        yield Pair(f"accent on {plane}", contrast(scheme.accent, planes[plane]), EDGE, "accent")


def derive(*, accent: str, surface: str, ink: str) -> Palette:
    """The palette of three colours. Lightness is moved where a pair is too close, never hue.

    Raises ColourInvalid, and ContrastTooLow naming the pair that would take another colour.
    """
    for param, value in (("accent", accent), ("surface", surface), ("ink", ink)):
        if not is_hex(value):
            raise ColourInvalid(param=param, value=value)
    wish = Scheme("day", accent, _words_on(accent, "day"), surface, ink)
    day = _settle(wish, {"surface": _STEP, "ink": -_STEP, "accent": -_STEP}, _REACH)
    night = _settle(_night(day), {"surface": -_STEP, "ink": _STEP, "accent": _STEP}, dict.fromkeys(_REACH, 1.0))
    return Palette(day, night)


def _night(day: Scheme) -> Scheme:
    """A first guess: ink's hue for the paper, paper's hue for the ink, the accent lifted and calmed."""
    accent = to_lab(day.accent)
    # A grey must stand out by lightness alone; a colour is itself best below that.
    lift = 0.94 - 0.15 * min(1.0, accent.chroma / 0.06)
    lifted = to_hex(accent.lit(max(lift, accent.lightness)).muted(0.08))
    return Scheme(
        "night",
        lifted,
        _words_on(lifted, "night"),
        to_hex(to_lab(day.ink).lit(0.19).muted(0.016)),
        to_hex(to_lab(day.surface).lit(0.945).muted(0.014)),
    )


def _settle(wish: Scheme, steps: dict[Knob, float], reach: dict[str, float]) -> Scheme:
    """Move one input at a time, the one behind the worst pair, until all pairs pass."""
    scheme = wish
    moved: dict[str, float] = dict.fromkeys(_REACH, 0.0)
    while failing := [pair for pair in pairs(scheme) if not pair.passes]:
        worst = min(failing, key=lambda pair: pair.ratio / pair.floor)
        before = scheme
        moved[worst.knob] += abs(steps[worst.knob])
        if moved[worst.knob] <= reach[worst.knob] + 1e-9:
            scheme = _moved(wish, scheme, worst.knob, steps[worst.knob])
        if scheme == before:
            raise ContrastTooLow(
                param=worst.knob,
                pair=worst.name.capitalize(),
                ratio=f"{worst.ratio:.1f}",
                floor=f"{worst.floor:g}",
                advice=_ADVICE[worst.knob],
            )
    return scheme


def _moved(wish: Scheme, scheme: Scheme, knob: Knob, step: float) -> Scheme:
    # From the wished hue: a colour that was squeezed into the gamut would lose more at every step.
    hue = to_lab(getattr(wish, knob))
    colour = to_hex(hue.lit(to_lab(getattr(scheme, knob)).lightness + step))
    match knob:
        case "surface":
            return replace(scheme, surface=colour)
        case "ink":
            return replace(scheme, ink=colour)
        case "accent":
            return replace(scheme, accent=colour, on_accent=_words_on(colour, scheme.mode))


def _words_on(accent: str, mode: Mode) -> str:
    """White, or the accent's own hue almost black: whichever reads better on the accent."""
    hue = to_lab(accent)
    dark = to_hex(hue.lit(0.10 if mode == "day" else 0.22).muted(0.05))
    if mode == "day" and contrast("#ffffff", accent) >= TEXT:
        return "#ffffff"
    hover = Scheme(mode, accent, dark, accent, dark).accent_hover
    return max(("#ffffff", dark), key=lambda words: min(contrast(words, accent), contrast(words, hover)))
