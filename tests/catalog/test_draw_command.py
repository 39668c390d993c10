"""`draw verify`: says that draws hold, and finds one that somebody touched."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from catalog.models import Drop, Place
from catalog.services.drops import announce_drop, open_drop
from catalog.services.lists import Asker, draw_list, enter_list
from kernel.tenancy import public_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop


@pytest.fixture
def drawn(in_aurora: Brand) -> Drop:
    drop = announce_drop(drop_id=make_drop(mode="draw", units=2).pk, actor=ACTOR)
    for _ in range(9):
        enter_list(drop_id=drop.pk, asker=Asker(viewer_key=new_viewer().key))
    open_drop(drop_id=drop.pk, actor=ACTOR)
    draw_list(drop_id=drop.pk, actor=ACTOR)
    return drop


def verify(*options: str) -> str:
    out = io.StringIO()
    with public_context():
        call_command("draw", "verify", *options, stdout=out)
    return out.getvalue()


def test_a_draw_holds(drawn: Drop) -> None:
    assert f"{drawn.public_id}: 9 entries, holds" in verify("--brand", "aurora")
    assert f"{drawn.public_id}: 9 entries, holds" in verify("--brand", "aurora", "--drop", drawn.public_id)


def test_what_the_api_told_can_be_checked_apart_from_us(drawn: Drop, tmp_path: Path) -> None:
    told = Client().get(f"/api/v1/drops/{drawn.public_id}/draw/", HTTP_HOST="aurora.localhost").json()
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(told))
    assert "holds" in verify("--file", str(facts))
    facts.write_text(json.dumps({**told, "order": told["order"][::-1]}))
    with pytest.raises(CommandError, match="1 draws"):
        verify("--file", str(facts))


def test_places_that_somebody_swapped_are_found(drawn: Drop) -> None:
    first, second = Place.objects.filter(drop=drawn).order_by("drawn")[:2]
    Place.objects.filter(pk=first.pk).update(drawn=second.drawn)
    Place.objects.filter(pk=second.pk).update(drawn=first.drawn)
    with pytest.raises(CommandError, match="1 draws"):
        verify("--brand", "aurora")


@pytest.mark.parametrize("options", [["--brand", "nobody"], ["--brand", "aurora", "--drop", "drp_none"]])
def test_what_is_not_there_is_said(options: list[str], drawn: Drop) -> None:
    with pytest.raises(CommandError):
        verify(*options)
