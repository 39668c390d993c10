"""Writing the run of show: cues added, changed, moved, removed.

Not here: firing them (run_of_show).
"""

import uuid
from typing import Any

from django.db import transaction

from kernel import ids
from streams.errors import CueAlreadyFired, CueInvalid, CueNotFound, PlanClosed
from streams.events import CueAdded, CueChanged, CueRemoved
from streams.models import Cue, CueKind, Show, ShowStatus
from streams.services.locked import lock_show
from streams.services.show_log import tell

MOST = 200
LONGEST_QUESTION, LONGEST_ANSWER, MOST_ANSWERS = 200, 100, 6  # what the room takes when the cue is fired


def check_payload(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload, with nothing in it that the kind does not know. Raises CueInvalid."""
    match kind:
        case CueKind.PIN:
            return {"variant_id": _id("var", payload, "variant_id", "Choose the product to pin.")}
        case CueKind.DROP:
            return {"drop_id": _id("drp", payload, "drop_id", "Choose the drop to open.")}
        case CueKind.FLASH:
            return {"price_id": _id("spp", payload, "price_id", "Choose the flash price to open.")}
        case CueKind.POLL:
            return _poll(payload)
        case CueKind.TALK | CueKind.UNPIN | CueKind.END:
            return {}
    raise CueInvalid(param="kind", reason=f"A cue is one of {', '.join(CueKind.values)}.")


def add_cue(
    *,
    show_id: uuid.UUID,
    kind: str,
    title: str,
    actor: str,
    payload: dict[str, Any] | None = None,
    at_seconds: int = 0,
    position: int | None = None,
) -> Cue:
    """Write a cue down, at the end unless a position is given. Raises CueInvalid, PlanClosed.
    Locks the show."""
    checked = check_payload(kind, payload or {})
    with transaction.atomic():
        show = _lock_open(show_id)
        cues = list(Cue.objects.filter(show=show).order_by("position"))
        if len(cues) >= MOST:
            raise CueInvalid(reason=f"A run of show holds up to {MOST} cues.")
        place = len(cues) if position is None else max(0, min(position, len(cues)))
        cue = Cue(show=show, kind=kind, title=_title(title), payload=checked, at_seconds=at_seconds, position=place)
        _shift(cues[place:], by=1)
        cue.save(force_insert=True)
        tell(show, CueAdded(**_facts(show, cue), position=place), actor=actor)
    return cue


def change_cue(
    *,
    show_id: uuid.UUID,
    cue_id: uuid.UUID,
    actor: str,
    title: str | None = None,
    payload: dict[str, Any] | None = None,
    at_seconds: int | None = None,
    position: int | None = None,
) -> Cue:
    """Change or move a cue that was not fired. Raises CueNotFound, CueInvalid, CueAlreadyFired,
    PlanClosed. Locks the show."""
    with transaction.atomic():
        show = _lock_open(show_id)
        cues = list(Cue.objects.filter(show=show).order_by("position"))
        cue = _find(cues, cue_id)
        if cue.fired_at is not None:
            raise CueAlreadyFired
        cue.title = cue.title if title is None else _title(title)
        cue.payload = cue.payload if payload is None else check_payload(cue.kind, payload)
        cue.at_seconds = cue.at_seconds if at_seconds is None else at_seconds
        if position is not None:
            rest = [other for other in cues if other is not cue]
            rest.insert(max(0, position), cue)
            for place, other in enumerate(rest):
                other.position = place
            Cue.objects.bulk_update(rest, ["position"])
        cue.save()
        tell(show, CueChanged(**_facts(show, cue), position=cue.position), actor=actor)
    return cue


def remove_cue(*, show_id: uuid.UUID, cue_id: uuid.UUID, actor: str) -> None:
    """Strike a cue that was not fired. Raises CueNotFound, CueAlreadyFired, PlanClosed. Locks the show."""
    with transaction.atomic():
        show = _lock_open(show_id)
        cues = list(Cue.objects.filter(show=show).order_by("position"))
        cue = _find(cues, cue_id)
        if cue.fired_at is not None:
            raise CueAlreadyFired
        facts = _facts(show, cue)
        position = cue.position
        cue.delete()
        _shift([other for other in cues if other.position > position], by=-1)
        tell(show, CueRemoved(**facts), actor=actor)


def _lock_open(show_id: uuid.UUID) -> Show:
    show = lock_show(show_id)
    if show.is_over or show.status == ShowStatus.CANCELLED:
        raise PlanClosed(current=show.status)
    return show


def _find(cues: list[Cue], cue_id: uuid.UUID) -> Cue:
    for cue in cues:
        if cue.pk == cue_id:
            return cue
    raise CueNotFound


def _shift(cues: list[Cue], *, by: int) -> None:
    for cue in cues:
        cue.position += by
    Cue.objects.bulk_update(cues, ["position"])


def _facts(show: Show, cue: Cue) -> dict[str, Any]:
    return {"show_id": show.public_id, "cue_id": cue.public_id, "kind": cue.kind, "title": cue.title}


def _title(title: str) -> str:
    words = title.strip()
    if not 1 <= len(words) <= 120:
        raise CueInvalid(param="title", reason="Give the cue a title of 1 to 120 characters.")
    return words


def _id(prefix: str, payload: dict[str, Any], key: str, reason: str) -> str:
    text = str(payload.get(key, ""))
    try:
        ids.parse_public_id(prefix, text)
    except ValueError:
        raise CueInvalid(param=key, reason=reason) from None
    return text


def _poll(payload: dict[str, Any]) -> dict[str, Any]:
    question, seconds = _plain(payload.get("question", "")), payload.get("seconds", 60)
    given = payload.get("answers")
    answers = [_plain(answer) for answer in given] if isinstance(given, list) else []
    if not 1 <= len(question) <= LONGEST_QUESTION:
        raise CueInvalid(param="question", reason=f"Ask a question of up to {LONGEST_QUESTION} characters.")
    if not 2 <= len(answers) <= MOST_ANSWERS or any(not 1 <= len(answer) <= LONGEST_ANSWER for answer in answers):
        raise CueInvalid(
            param="answers", reason=f"A poll has 2 to {MOST_ANSWERS} answers of up to {LONGEST_ANSWER} characters."
        )
    if len(set(answers)) != len(answers):
        raise CueInvalid(param="answers", reason="Two answers of the poll are the same. Change one.")
    if not isinstance(seconds, int) or not 10 <= seconds <= 600:
        raise CueInvalid(param="seconds", reason="A poll runs 10 to 600 seconds.")
    return {"question": question, "answers": answers, "seconds": seconds}


def _plain(text: object) -> str:
    """One line; PostgreSQL keeps no zero bytes."""
    return " ".join(str(text).replace("\0", " ").split())
