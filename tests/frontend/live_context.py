"""A show as the live templates are given it, in plain values: two brands' worth of states by keyword.
Not here: models or views; whoever renders the pages for shoppers builds the same names."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 20, 18, 25, 29, tzinfo=UTC)
ART = "/art/"


@dataclass(frozen=True, slots=True)
class Money:
    """As the kernel's: minor units with their currency, and words for people."""

    minor: int
    currency: str = "EUR"

    @property
    def formatted(self) -> str:
        whole, cents = divmod(self.minor, 100)
        return f"€{whole}" if not cents else f"€{whole}.{cents:02d}"


def row(slug: str, name: str, price: int, *, state: str = "normal", **more: Any) -> dict[str, Any]:
    return {
        "product_id": f"prd_{slug}",
        "variant_id": f"var_{slug}",
        "slug": slug,
        "url": f"/products/{slug}",
        "name": name,
        "detail": "",
        "image_url": f"{ART}{slug}.svg",
        "price": Money(price),
        "was_price": None,
        "low_price_30d": None,
        "price_until": None,
        "state": state,
        "note": "",
        "available": 40,
        "at": "",
        **more,
    }


def lineup() -> list[dict[str, Any]]:
    return [
        row("aurora-serum", "Dawn Serum", 3800, state="now", was_price=Money(4600), low_price_30d=Money(4400),
            available=12, price_until=NOW + timedelta(minutes=4, seconds=31)),
        row("aurora-cream", "Barrier Cream", 4600, detail="50 ml"),
        row("aurora-cleanser", "Oat Cleanser", 2400, detail="200 ml"),
        row("aurora-soap", "Rosehip Bar, first batch", 1200, state="drop", note="Drop at 19:30, 50 pieces"),
        row("aurora-balm", "Night Balm", 2900, state="low", available=3),
        row("aurora-mist", "Linden Mist", 2200, state="out", available=0),
        row("hidden", "Shown at 19:50", 0, state="hidden", note="One more, kept for the end"),
    ]  # fmt: skip


def drop(status: str) -> dict[str, Any]:
    return {
        "id": "drp_1",
        "variant_id": "var_aurora-soap",
        "title": "Rosehip Bar, first batch",
        "image_url": f"{ART}aurora-soap.svg",
        "units": 50,
        "left": 31,
        "unpaid": 7,
        "waiting": 18,
        "price": Money(1200),
        "status": status,
        "opens_at": NOW + timedelta(seconds=42),
        "closes_at": NOW + timedelta(minutes=2, seconds=18),
        "per_buyer": 1,
        "mode": "first_come",
        "window_seconds": 20,
        "list_state": "none",
        "list_closes_at": NOW + timedelta(seconds=12),
        "entered": 1204,
        "goes_by_list": False,
        "is_committed": False,
    }


def poll() -> dict[str, Any]:
    return {
        "id": "pol_1",
        "question": "What shall we open next?",
        "status": "open",
        "show_result": True,
        "votes": 214,
        "closes_at": NOW + timedelta(seconds=38),
        "answers": [
            {"id": "a", "text": "Night Balm", "percent": 61, "mine": True},
            {"id": "b", "text": "Barrier Cream", "percent": 39, "mine": False},
        ],
    }


def messages() -> list[dict[str, Any]]:
    lines = [
        ("Jo", "", "watching from Ghent, hello"),
        ("Amal", "", "the cleanser is the best thing I own"),
        ("Maya", "", "does the serum have a smell?"),
        ("Lab", "staff", "Barely. Oat, a little linden."),
        ("Priya", "", "is it okay under sunscreen?"),
        ("Ines", "host", "Yes. Two drops, wait a minute, then sunscreen."),
        ("Tomasz", "", "bought it last month, no sting at all"),
        ("Noor", "", "how long does 30 ml last?"),
    ]
    told = [
        {"id": f"msg_{place}", "author": author, "badge": badge, "text": text, "removed": False}
        for place, (author, badge, text) in enumerate(lines)
    ]
    told.insert(2, {"id": "msg_gone", "author": "", "badge": "", "text": "", "removed": True})
    told.insert(8, {"id": "msg_sold", "kind": "system", "text": "Just sold: one Dawn Serum", "removed": False})
    return told


def chapters(count: int) -> list[dict[str, Any]]:
    """As many chapters as a long show may have, with titles that do not fit."""
    length = 2320 // count
    return [
        {"start": place * length, "length": length, "title": f"Chapter {place + 1}, the serum and what it does"}
        for place in range(count)
    ]


def without_pictures(page: dict[str, Any]) -> dict[str, Any]:
    """The same page of a brand that has not uploaded one."""
    bare = [each | {"image_url": ""} for each in page["lineup"]]
    return page | {"lineup": bare, "pin": bare[0], "drop": page["drop"] and page["drop"] | {"image_url": ""}}


def context(*, status: str = "live", orientation: str = "portrait", **more: Any) -> dict[str, Any]:
    """The whole context of a page of one show in one status."""
    goods = lineup()
    return {
        "brand": {
            "name": "Aurora",
            "slug": "aurora",
            "font": "editorial",
            "logo_url": f"{ART}aurora-logo.svg",
            "logo_night_url": f"{ART}aurora-logo-night.svg",
            "mark_url": f"{ART}aurora-mark.svg",
        },
        "theme_css_url": "/themes/aurora.css",
        "now": NOW,
        "show": {
            "id": "shw_1",
            "slug": "evening-ritual",
            "title": "The evening ritual",
            "subtitle": "With Ines Moreau, from the counter in Lyon",
            "description_html": "",
            "status": status,
            "starts_at": NOW + timedelta(hours=2, minutes=14, seconds=36) if status == "scheduled" else NOW,
            "ended_at": None,
            "host_name": "Ines Moreau",
            "poster_url": f"{ART}scene-aurora-lobby.svg",
            "orientation": orientation,
        },
        "lineup": goods,
        "pin": goods[0],
        "drop": None,
        "pinned_message": {"author": "Aurora", "text": "Delivery is free over €60 until the show ends."},
        "messages": messages(),
        "poll": None,
        "questions": [
            {"id": "q1", "text": "How long does 30 ml last?", "author": "Noor", "votes": 24, "mine": False,
             "answered_at": None},
            {"id": "q2", "text": "Is it okay under sunscreen?", "author": "Priya", "votes": 31, "mine": False,
             "answered_at": NOW},
        ],
        "chapters": [],
        "replay": {"duration": 2320, "watched": 4906},
        "viewer_count": "1,284",
        "bag_count": 2,
        "player": {
            "live_src": "/live/media/shw_1/index.m3u8" if status == "live" else "",
            "replay_src": "/media/shw_1/replay.m3u8" if status == "replay" else "",
            "poster": f"{ART}scene-aurora-portrait.svg",
        },
        "room": {"socket_path": "/ws/rooms/shw_1", "show_id": "shw_1", "cursor": 412},
        "urls": {
            "home": "/", "bag": "/bag", "checkout": "/checkout", "waitlist": "/waitlist", "say": "/say", "ask": "/ask",
            "remind": "/remind", "calendar": "/calendar.ics", "sign_in": "/sign-in",
            "canonical": "https://aurora.example/live/evening-ritual", "trailer": "/trailer",
        },
        "cards": [{"url": "/live/winter", "title": "Winter skin, slowly", "image_url": f"{ART}scene-aurora.svg",
                   "starts_at": NOW + timedelta(days=3), "status": "scheduled"}],
        "json_ld": "",
        **more,
    }  # fmt: skip
