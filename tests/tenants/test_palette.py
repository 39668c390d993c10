"""Palettes: any three colours give a readable theme or a refusal that names the pair.

Not here: publishing (test_theme).
"""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.colour import contrast, mix, to_hex, to_lab
from tenants.errors import ColourInvalid, ContrastTooLow
from tenants.palette import Palette, derive, pairs

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
light = st.tuples(*[st.integers(228, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))
dark = st.tuples(*[st.integers(0, 90)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))

TOKENS = Path("frontend/src/styles/tokens")


def attempt(accent: str, surface: str, ink: str) -> Palette | ContrastTooLow:
    try:
        return derive(accent=accent, surface=surface, ink=ink)
    except ContrastTooLow as refusal:
        return refusal


@settings(max_examples=150, deadline=None)
@given(accent=colours, surface=colours, ink=colours)
def test_any_colours_are_published_readable_or_refused(accent: str, surface: str, ink: str) -> None:
    outcome = attempt(accent, surface, ink)
    if isinstance(outcome, ContrastTooLow):
        assert outcome.data["pair"]
        assert outcome.param in ("accent", "surface", "ink")
        return
    faults = [pair for scheme in (outcome.day, outcome.night) for pair in pairs(scheme) if not pair.passes]
    assert faults == []


@settings(max_examples=60, deadline=None)
@given(accent=dark, surface=light, ink=dark)
def test_dark_words_on_light_paper_are_never_refused(accent: str, surface: str, ink: str) -> None:
    palette = derive(accent=accent, surface=surface, ink=ink)
    assert all(pair.passes for scheme in (palette.day, palette.night) for pair in pairs(scheme))


@pytest.mark.parametrize(
    ("accent", "surface", "ink"),
    [("#1d1d1b", "#f7f7f5", "#1a1a19"), ("#843a47", "#f6f1ec", "#261f1d"), ("#17523f", "#f1f3ef", "#13211d")],
)
def test_the_house_and_the_demo_brands_stay_as_they_were_chosen(accent: str, surface: str, ink: str) -> None:
    day = derive(accent=accent, surface=surface, ink=ink).day
    assert (day.accent, day.surface, day.ink, day.on_accent) == (accent, surface, ink, "#ffffff")


def test_a_bright_accent_is_moved_in_lightness_and_keeps_its_hue() -> None:
    day = derive(accent="#ffdd00", surface="#ffffff", ink="#111111").day
    before, after = to_lab("#ffdd00"), to_lab(day.accent)
    assert after.lightness < before.lightness
    assert after.b / after.chroma == pytest.approx(before.b / before.chroma, abs=0.03)
    assert contrast(day.on_accent, day.accent) >= 4.5


def test_light_words_on_black_paper_are_refused_by_name() -> None:
    with pytest.raises(ContrastTooLow, match=r"would have a contrast of .* Choose a"):
        derive(accent="#ff00ff", surface="#111111", ink="#eeeeee")


@pytest.mark.parametrize("value", ["red", "#fff", "#12345g", "#1234567", "url(x)", "#ABCDEF"])
def test_what_is_no_colour_is_refused(value: str) -> None:
    with pytest.raises(ColourInvalid):
        derive(accent=value, surface="#ffffff", ink="#111111")


def test_mixing_and_contrast_agree_with_published_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert to_hex(to_lab("#843a47")) == "#843a47"
    assert mix("#ff0000", "#0000ff", 0.5) == "#8c53a2"  # what Chromium answers for color-mix(in oklab, red, blue)


def test_the_mixes_are_those_of_the_style_sheet() -> None:
    """The shares in tenants.palette and in meaning.css are one decision in two places."""
    sheet = (TOKENS / "meaning.css").read_text()
    shares = {
        name: [int(share) for share in re.findall(r"(\d+)%", body)]
        for name, body in re.findall(r"--vt-color-([a-z-]+): light-dark\((.*?)\);", sheet, re.DOTALL)
    }
    assert shares["raised"] == [62, 6]
    assert shares["sunken"] == [5, 11]
    assert shares["ink-soft"] == [32, 30]
    assert shares["line-strong"] == [56, 52]
    assert shares["action-hover"] == [14, 16]
    assert shares["action-wash"] == [9, 14]
    assert shares["bad-wash"] == [8, 13]
