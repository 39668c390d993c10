"""A show that happened some days ago: the same services in the same order, each at its moment; then its replay.

Not here: who said and bought what (demo.stage) and the film (tape).
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from catalog.models import Drop
from catalog.services.drops import close_drop
from chat.models import Question
from chat.people import Person, person_of
from chat.services.polls import cast_votes, close_poll, open_poll, tell_count
from chat.services.questions import answer_question, ask_question
from chat.services.rooms import open_room
from chat.writer import Line, post_lines
from checkout.models import Order
from checkout.services.orders import Buyer
from checkout.services.sandbox_purchases import buy
from demo.seed.goods import ACTOR, fill_up, variants_by_sku
from demo.seed.moments import evening, living_at
from demo.seed.shows import complete_show, make_show, open_to_viewers, picture_folder, show_at
from demo.seed.tape import lay_tape
from demo.stage.pieces import PastShow, Said, StagedBrand, StagedCue, StagedShopper
from kernel import clock
from kernel.viewers import Viewer, new_viewer
from streams.media.layout import RECORDING_NAME
from streams.media.recording import finalise
from streams.models import Broadcast, Cue, Show, ShowStatus, Visibility
from streams.services.audience import count_audience
from streams.services.details import set_visibility, update_show
from streams.services.ingest import open_broadcast
from streams.services.media_lease import finish_broadcast, make_playable, release_lease, take_lease
from streams.services.on_air import end_show, go_live
from streams.services.run_of_show import fire_cue
from streams.services.schedule import cancel_show
from streams.services.stream_keys import rotate_stream_key
from tenants.models import Brand
from tenants.selectors import members_of

Moment = tuple[int, Callable[[], None]]  # a second of the show, and what happens in it

HOLDER = "demo-seed"
_LEASE_SECONDS = 60
# The encoder is in for so long before the host says go.
_WARM_UP = 4


def ensure_past(brand: Brand, staged: StagedBrand, *, tape: Callable[[], Path], ffmpeg: str) -> Show:
    """The past show with its replay. `tape` gives the film's folder; it is asked for only when needed."""
    piece = staged.past.show
    show = show_at(piece.slug)
    if show is not None and show.status == ShowStatus.REPLAY:
        _ensure_files(brand, show, tape, ffmpeg)
        return show
    if show is not None:
        _put_aside(show)
    starts_at = evening(-staged.past.days_ago, staged.time_zone)
    with living_at(starts_at - dt.timedelta(days=5)):
        if piece.drop is not None:
            # A staging that was cut off may have sold what this one wants to sell.
            fill_up(variants_by_sku()[piece.drop.sku], piece.drop.units)
        show = make_show(staged, replace(piece, cues=_without_polls(piece.cues)), starts_at=starts_at)
        complete_show(staged, replace(piece, cues=_without_polls(piece.cues)), show)
    with living_at(starts_at - dt.timedelta(minutes=15)):
        show = open_to_viewers(show)
        open_room(show_id=show.pk, actor=ACTOR)
    broadcast, generation = _take_in_picture(brand, show, starts_at, tape())
    with living_at(starts_at):
        go_live(show_id=show.pk, actor=_host_actor(brand, staged))
    _Evening(brand, staged, show, starts_at).play()
    manifest = finalise(picture_folder(brand, broadcast), ffmpeg, since=starts_at.timestamp())
    with living_at(starts_at + dt.timedelta(seconds=staged.past.length_seconds + 20)):
        finish_broadcast(broadcast_id=broadcast.pk, generation=generation, manifest=manifest)
        release_lease(broadcast_id=broadcast.pk, generation=generation)
    show.refresh_from_db()
    return show


def _ensure_files(brand: Brand, show: Show, tape: Callable[[], Path], ffmpeg: str) -> None:
    """Lay the picture again if the folder beside the database was lost, or was being laid again when we were
    cut off."""
    broadcast = Broadcast.objects.get(show=show, aired_at__isnull=False)
    directory = picture_folder(brand, broadcast)
    if not (directory / RECORDING_NAME).exists():
        assert broadcast.started_media_at is not None
        assert broadcast.aired_at is not None
        lay_tape(tape(), directory, starts_at=broadcast.started_media_at.timestamp())
        finalise(directory, ffmpeg, since=broadcast.aired_at.timestamp())


def _put_aside(show: Show) -> None:
    """A staging that was cut off: out of the way and out of sight, so that it can be done whole."""
    if show.status == ShowStatus.LIVE:
        end_show(show_id=show.pk, actor=ACTOR)
    elif show.is_open_for_plans:
        cancel_show(show_id=show.pk, actor=ACTOR)
    set_visibility(show_id=show.pk, visibility=Visibility.PRIVATE, actor=ACTOR)
    update_show(show_id=show.pk, slug=f"{show.slug}-{show.pk.hex[-8:]}", actor=ACTOR)


def _without_polls(cues: tuple[StagedCue, ...]) -> tuple[StagedCue, ...]:
    """A fired poll cue is read from the log some time later, by today's clock: this show asks by hand."""
    return tuple(replace(cue, kind="talk") if cue.kind == "poll" else cue for cue in cues)


def _take_in_picture(brand: Brand, show: Show, starts_at: dt.datetime, tape: Path) -> tuple[Broadcast, int]:
    """What the gate and the engine do when an encoder comes in."""
    first_picture = starts_at - dt.timedelta(seconds=_WARM_UP)
    with living_at(first_picture):
        key = rotate_stream_key(show_id=show.pk, actor=ACTOR)
        broadcast = open_broadcast(key=key, session=uuid.uuid4().hex)
        taken = take_lease(broadcast_id=broadcast.pk, holder=HOLDER, seconds=_LEASE_SECONDS)
        if taken is None:
            raise RuntimeError("a media engine took the past show's broadcast: stop it, then seed again")
        lay_tape(tape, picture_folder(brand, broadcast), starts_at=first_picture.timestamp())
        make_playable(broadcast_id=broadcast.pk, generation=taken[0], media_started_at=first_picture)
    return broadcast, taken[0]


def _host_actor(brand: Brand, staged: StagedBrand) -> str:
    host = next(member for member in members_of(brand) if member.user.email == staged.host.email)
    return f"member:{host.public_id}"


@dataclass
class _Evening:
    """The show from go to end, second by second."""

    brand: Brand
    staged: StagedBrand
    show: Show
    starts_at: dt.datetime
    guests: dict[str, Viewer] = field(default_factory=dict)

    @property
    def past(self) -> PastShow:
        return self.staged.past

    def play(self) -> None:
        """Everything in the order of its second. The last cue ends the show."""
        self.team = {member.user.first_name: member for member in members_of(self.brand)}
        self.host = _host_actor(self.brand, self.staged)
        moments: list[Moment] = [(said.second, partial(self._say, said)) for said in self.past.talk]
        cues = {cue.title: cue for cue in Cue.objects.filter(show=self.show)}
        for staged_cue in self.past.show.cues:
            moments.append((staged_cue.at_seconds, partial(self._fire, staged_cue, cues[staged_cue.title])))
            if staged_cue.kind == "drop":
                moments += self._purchases(staged_cue.at_seconds)
        pace = self.past.length_seconds // len(self.past.viewers)
        moments += [(nth * pace + 1, partial(self._count, viewers)) for nth, viewers in enumerate(self.past.viewers)]
        for second, act in sorted(moments, key=lambda moment: moment[0]):
            with living_at(self.starts_at + dt.timedelta(seconds=second)):
                act()

    def _person(self, name: str) -> Person:
        if name in self.team:
            person = person_of(None, self.team[name])
        else:
            person = person_of(self._guest(name), None)
        assert person is not None
        return person

    def _guest(self, name: str) -> Viewer:
        return self.guests.setdefault(name, new_viewer().named(name))

    def _say(self, said: Said) -> None:
        person = self._person(said.who)
        if said.is_question:
            ask_question(show_id=self.show.pk, person=person, text=said.text, key=uuid.uuid4())
        post_lines(lines=[Line(show_id=self.show.pk, person=person, text=said.text, key=uuid.uuid4(),
                               media_started_at=self.show.media_started_at)])  # fmt: skip

    def _fire(self, staged_cue: StagedCue, cue: Cue) -> None:
        if staged_cue.kind == "end":
            self._answer_all()
            for drop in Drop.objects.filter(show_id=self.show.pk).exclude(status=Drop.Status.CLOSED):
                close_drop(drop_id=drop.pk, actor=self.host)
        fire_cue(show_id=self.show.pk, cue_id=cue.pk, actor=self.host)
        if staged_cue.kind == "poll":
            self._poll(staged_cue)

    def _answer_all(self) -> None:
        """All but the newest were answered aloud."""
        asked = Question.objects.filter(show_id=self.show.pk, status=Question.Status.OPEN).order_by("pk")
        for question_id in list(asked.values_list("pk", flat=True))[:-1]:
            answer_question(show_id=self.show.pk, question_id=question_id, actor=self.host)

    def _poll(self, cue: StagedCue) -> None:
        poll = open_poll(show_id=self.show.pk, question=cue.title, answers=cue.answers, actor=self.host)
        votes = [
            (self.show.pk, poll.pk, new_viewer().key, choice)
            for choice, count in enumerate(self.past.poll_votes)
            for _ in range(count)
        ]
        cast_votes(votes=votes)
        tell_count(poll_id=poll.pk)
        close_poll(show_id=self.show.pk, poll_id=poll.pk, actor=self.host)

    def _count(self, viewers: int) -> None:
        count_audience(show_id=self.show.pk, viewers=viewers)

    def _purchases(self, opened_at: int) -> list[Moment]:
        """The brand's shoppers buy the drop out, a few seconds after one another."""
        drop = Drop.objects.get(show_id=self.show.pk)
        return [
            (opened_at + 3 + 2 * nth, partial(self._buy, drop, shopper))
            for nth, shopper in enumerate(self.staged.shoppers[: drop.units])
        ]

    def _buy(self, drop: Drop, shopper: StagedShopper) -> None:
        order = buy(
            viewer=self._guest(shopper.name.partition(" ")[0]),
            variant_id=drop.variant_id,
            drop_id=drop.pk,
            show_id=self.show.pk,
            buyer=buyer_of(shopper),
        )
        # The database writes these by its own clock, which stays in the present.
        Order.objects.filter(pk=order.pk).update(placed_at=clock.now(), paid_at=clock.now())


def buyer_of(shopper: StagedShopper) -> Buyer:
    return Buyer(
        email=shopper.email,
        name=shopper.name,
        line1=shopper.line1,
        postal_code=shopper.postal_code,
        city=shopper.city,
        country=shopper.country,
    )
