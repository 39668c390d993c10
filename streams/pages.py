"""What the public pages of shows are given: one typed context for templates/live/*.html.

Not here: reading (selectors), answering requests (views.live), messages and polls (the room brings
them over its socket).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from kernel import clock
from kernel.tenancy import current_brand
from streams.access import picture_token, show_path
from streams.drop_cards import DropCard
from streams.line_up_rows import LineUpRow
from streams.models import Show, ShowStatus
from streams.playback import live_path, poster_path, replay_path
from streams.search_data import search_data
from streams.selectors.recordings import Chapter, replay_facts
from streams.selectors.shows import other_shows
from streams.selectors.snapshot import ShowState, show_state
from tenants.selectors import primary_address

# No page waits longer for its picture to come to a moment (frontend/src/room/playhead.ts).
LONGEST_HOLD = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ShowView:
    """The show itself. `id` is the public one, `starts_at` on the clock of the show's own place."""

    id: str
    title: str
    subtitle: str
    status: str
    host_name: str
    starts_at: dt.datetime | None
    orientation: str
    poster_url: str
    description_html: SafeString


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show as others point to it."""

    url: str
    title: str
    image_url: str
    starts_at: dt.datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class Player:
    live_src: str = ""
    replay_src: str = ""
    poster: str = ""


@dataclass(frozen=True, slots=True)
class ReplayView:
    """Seconds, and how many watched at most at once while it was live."""

    duration: int = 0
    starts_at: float = 0.0
    watched: int = 0


@dataclass(frozen=True, slots=True)
class PageUrls:
    """Where the buttons of the page go. An empty one has no button."""

    canonical: str
    home: str = "/"
    bag: str = "/bag/"
    checkout: str = "/checkout/"
    waitlist: str = "/line/"
    sign_in: str = "/account/"
    say: str = ""
    ask: str = ""
    remind: str = ""
    calendar: str = ""
    trailer: str = ""


@dataclass(frozen=True, slots=True)
class LivePage:
    """Everything that lobby.html, show.html and replay.html read besides `brand`."""

    show: ShowView
    now: dt.datetime
    urls: PageUrls
    player: Player
    lineup: list[LineUpRow]
    pin: LineUpRow | None
    drop: DropCard | None
    viewer_count: int
    cards: list[ShowCard]
    room: dict[str, Any]
    json_ld: SafeString
    replay: ReplayView = field(default_factory=ReplayView)
    chapters: list[Chapter] = field(default_factory=list)
    messages: Sequence[Any] = ()
    questions: Sequence[Any] = ()
    poll: None = None
    pinned_message: None = None
    bag_count: int = 0

    def context(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def live_page(show: Show) -> LivePage:
    """The page of a show, in at most twelve queries with the host's look-up."""
    state = show_state(show)
    brand = current_brand()
    base_url = primary_address(brand).base_url
    token = picture_token(show) if show.is_private else ""
    player = _player(state, token)
    replay, chapters, lineup = _replay(state)
    return LivePage(
        show=_show_view(show, player),
        now=clock.now(),
        urls=_urls(show, base_url),
        player=player,
        lineup=lineup,
        pin=state.pin if show.status == ShowStatus.LIVE and _is_on_picture(show.pinned_at) else None,
        drop=state.drop if state.drop and _is_on_picture(state.drop.opened_at) else None,
        viewer_count=show.viewers,
        cards=[show_card(other) for other in other_shows(show)],
        room=_room(state, token, replay),
        json_ld=search_data(show, brand=brand, base_url=base_url, player_src=player.replay_src, poster=player.poster),
        replay=replay,
        chapters=chapters,
    )


def show_card(show: Show) -> ShowCard:
    return ShowCard(
        url=show_path(show),
        title=show.title,
        image_url=poster_url(show),
        starts_at=show.local_start,
        status=show.status,
    )


def poster_url(show: Show) -> str:
    """The uploaded poster, under a new address whenever it changes; empty without one."""
    if not show.poster:
        return ""
    return f"/live/{show.slug}/poster.jpg?v={show.poster.rpartition('-')[2].partition('.')[0]}"


def _is_on_picture(moment: dt.datetime | None) -> bool:
    """Whether every reader's picture has come to this moment. What is younger the room brings, with its
    frame."""
    return moment is None or clock.now() - moment >= LONGEST_HOLD


def _show_view(show: Show, player: Player) -> ShowView:
    return ShowView(
        id=show.public_id,
        title=show.title,
        subtitle=show.subtitle,
        status=show.status,
        host_name=show.host_name,
        starts_at=show.local_start,
        orientation=show.orientation,
        poster_url=player.poster,
        description_html=_paragraphs(show.description),
    )


def _paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs; whatever looks like markup is shown as it was typed."""
    return mark_safe(linebreaks(text, autoescape=True) if text else "")


def _player(state: ShowState, token: str) -> Player:
    show, broadcast = state.show, state.broadcast
    poster = poster_url(show)
    if broadcast is None:
        return Player(poster=poster)
    if show.status == ShowStatus.LIVE:
        return Player(live_src=live_path(broadcast.pk, token), poster=poster)
    if show.status == ShowStatus.REPLAY:
        return Player(replay_src=replay_path(broadcast.pk, token), poster=poster or poster_path(broadcast.pk, token))
    return Player(poster=poster)


def _replay(state: ShowState) -> tuple[ReplayView, list[Chapter], list[LineUpRow]]:
    show, broadcast = state.show, state.broadcast
    if show.status != ShowStatus.REPLAY or broadcast is None:
        return ReplayView(), [], state.rows
    facts = replay_facts(show.pk, broadcast.recording)
    rows = [
        row.shown_at(facts.pinned_at[row.variant_id]) if row.variant_id in facts.pinned_at else row
        for row in state.rows
    ]
    return ReplayView(facts.duration, facts.starts_at, show.peak_viewers), facts.chapters, rows


def _urls(show: Show, base_url: str) -> PageUrls:
    page = f"/live/{show.slug}/"
    to_come = show.status in (ShowStatus.SCHEDULED, ShowStatus.LOBBY)
    return PageUrls(
        canonical=f"{base_url}{page}",
        say=page,
        ask=page,
        remind=f"{page}remind/" if to_come else "",
        calendar=f"{page}calendar.ics" if to_come else "",
    )


def _room(state: ShowState, token: str, replay: ReplayView) -> dict[str, Any]:
    """What the page's elements start from. `picture_token` goes into /hls/<broadcast>/t/<token>/ of a
    private show; seconds of the replay count from `replay.starts_at` of the recording."""
    show = state.show
    return {
        "show": show.public_id,
        "status": show.status,
        "socket": f"/rooms/{show.public_id}/",
        "join": "/rooms/join/",
        "picture_token": token,
        "replay": {
            "starts_at": replay.starts_at,
            "duration": replay.duration,
            "moments": f"/api/v1/shows/{show.public_id}/moments/",
            # Today's price and stock, beside what the log says of then.
            "goods": [row.facts().model_dump(mode="json") for row in state.rows],
        }
        if show.status == ShowStatus.REPLAY
        else None,
        "now": clock.isoformat(clock.now()),
    }
