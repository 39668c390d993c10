"""Pages and documents, as anybody opens them.

Not here: what moves on them (picture, room).
"""

import re
from html import unescape
from typing import Any

from demo.audience.door import Door
from demo.checks.report import require, until

_THEME = re.compile(r"/theme/([0-9a-f]{8,64})\.css")
# What a template that failed, or a page that a person should not see, would say.
_BROKEN = ("{%", "Traceback (most recent call last)")


async def text_of(door: Door, path: str) -> str:
    """A page's HTML. Raises Refused, and Failed for one that shows its template."""
    text = (await door.get(path)).text
    for sign in _BROKEN:
        require(sign not in text, f"{path} shows {sign}")
    return unescape(text)


async def ready(platform: str) -> str:
    async with Door(platform) as door:
        states = (await door.read("/readyz"))["checks"]
        return ", ".join(f"{name} {state}" for name, state in states.items())


async def platform_home(platform: str) -> str:
    async with Door(platform) as door:
        text = await text_of(door, "/")
        require("/sign-up/" in text, "the home page has no way to sign up")
        return ""


async def sign_up(platform: str) -> str:
    async with Door(platform) as door:
        text = await text_of(door, "/sign-up/")
        require("csrfmiddlewaretoken" in text and 'name="slug"' in text, "the sign-up page has no form")
        return ""


async def admin(platform: str) -> str:
    async with Door(platform) as door:
        text = await text_of(door, "/admin/login/")
        require('type="password"' in text, "the admin asks for no password")
        return ""


async def live_page(brand: dict[str, Any]) -> str:
    """The show is on air, and its products stand in the page before any script runs."""
    async with Door(brand["origin"]) as door:

        async def look() -> str | None:
            text = await text_of(door, brand["on_air"]["path"])
            if "/master.m3u8" not in text:
                return None  # the lobby still: it names a few products only
            missing = [name for name in brand["products"] if name not in text]
            require(not missing, f"the page does not name {', '.join(missing)}")
            return f"{len(brand['products'])} products"

        return await until(look)


async def brands_differ(brands: list[dict[str, Any]]) -> str:
    """Two brands, two looks: neither style sheet nor goods of one show in the other."""
    themes = []
    for brand in brands:
        async with Door(brand["origin"]) as door:
            text = await text_of(door, brand["coming"])
            theme = _THEME.search(text)
            require(theme, f"{brand['name']} has no style sheet of its own")
            assert theme is not None
            css = await door.get(theme[0])
            require("--vt-brand-accent" in css.text, f"{theme[0]} holds no colours")
            themes.append(css.text)
            for other in brands:
                if other is not brand:
                    strange = [name for name in other["products"] if name in text]
                    require(not strange, f"{brand['name']}'s page names {', '.join(strange)}")
    require(len(set(themes)) == len(themes), "both brands have the same colours")
    return ""


async def lobby(brand: dict[str, Any]) -> str:
    """The page of a show to come, and its calendar file."""
    async with Door(brand["origin"]) as door:
        text = await text_of(door, brand["coming"])
        require("calendar.ics" in text, "the lobby offers no calendar file")
        calendar = await door.get(f"{brand['coming']}calendar.ics")
        require("BEGIN:VEVENT" in calendar.text and "DTSTART" in calendar.text, "calendar.ics holds no date")
        return ""


async def studio(brand: dict[str, Any]) -> str:
    """The host signs in by the form and opens the desk of the show on air."""
    async with Door(brand["origin"]) as door:
        await door.sign_in(brand["host"]["email"], brand["host"]["password"])
        shows = await text_of(door, "/studio/shows/")
        title = brand["on_air"]["title"]
        require(title in shows, f"the studio's list does not name {title}")
        desk = await text_of(door, f"/studio/shows/{brand['on_air']['id']}/desk/")
        require(title in desk, f"the desk does not name {title}")
        return ""


async def api_docs(brand: dict[str, Any]) -> str:
    async with Door(brand["origin"]) as door:
        await text_of(door, "/api/docs/")
        described = await door.read("/api/openapi.json")
        require("/api/v1/holds/" in described["paths"], "the description lacks /api/v1/holds/")
        return f"{len(described['paths'])} paths"
