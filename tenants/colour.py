"""Colour maths: sRGB and OKLab, mixing as CSS does it, WCAG contrast, moves of lightness.

Not here: which colours a theme has and what they must be readable on (tenants.palette).
"""

import re
from dataclasses import dataclass, replace

_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Lab:
    """A colour in OKLab: lightness 0 to 1, and two axes of hue; equal steps look equally far apart."""

    lightness: float
    a: float
    b: float

    @property
    def chroma(self) -> float:
        return float((self.a**2 + self.b**2) ** 0.5)

    def lit(self, lightness: float) -> "Lab":
        """The same hue at another lightness."""
        return replace(self, lightness=min(1.0, max(0.0, lightness)))

    def muted(self, most: float) -> "Lab":
        """The same hue with at most this chroma."""
        factor = min(1.0, most / self.chroma) if self.chroma else 1.0
        return replace(self, a=self.a * factor, b=self.b * factor)


def is_hex(text: str) -> bool:
    """Whether this is `#rrggbb` in lower case."""
    return _HEX.fullmatch(text) is not None


def to_lab(colour: str) -> Lab:
    """`#rrggbb` in OKLab."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = _cube_root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = _cube_root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = _cube_root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return Lab(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def to_hex(lab: Lab) -> str:
    """The nearest `#rrggbb`: chroma is given up until the colour exists on a screen, the hue is not."""
    low, high = 0.0, 1.0
    if _exists(_to_linear(lab)):
        low = 1.0
    else:
        for _ in range(12):
            factor = (low + high) / 2
            low, high = (factor, high) if _exists(_to_linear(lab.muted(lab.chroma * factor))) else (low, factor)
    channels = (round(255 * _gamma(min(1.0, max(0.0, value)))) for value in _to_linear(lab.muted(lab.chroma * low)))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def mix(base: str, other: str, share: float) -> str:
    """CSS's `color-mix(in oklab, base, other share%)`, with `share` from 0 to 1."""
    one, two = to_lab(base), to_lab(other)
    keep = 1.0 - share
    return to_hex(
        Lab(
            one.lightness * keep + two.lightness * share,
            one.a * keep + two.a * share,
            one.b * keep + two.b * share,
        )
    )


def contrast(one: str, two: str) -> float:
    """The contrast ratio of WCAG 2: 1 for equal colours, 21 for black on white."""
    first, second = _luminance(one), _luminance(two)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _cube_root(value: float) -> float:
    return float(abs(value) ** (1 / 3)) * (1 if value >= 0 else -1)


def _to_linear(lab: Lab) -> tuple[float, float, float]:
    long = (lab.lightness + 0.3963377774 * lab.a + 0.2158037573 * lab.b) ** 3
    middle = (lab.lightness - 0.1055613458 * lab.a - 0.0638541728 * lab.b) ** 3
    short = (lab.lightness - 0.0894841775 * lab.a - 1.2914855480 * lab.b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _exists(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in channels)
