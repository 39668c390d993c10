"""Both brands filled alike: coinciding ids, and in every text a canary that names its brand.

Not here: who attacks (identities) and what is asked (routes).
"""

import contextlib
import datetime as dt
import hashlib
import io
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction

from catalog.services.drops import announce_drop
from catalog.services.images import add_image
from catalog.services.imports import check_import
from catalog.services.lists import Asker, enter_list
from catalog.services.products import update_product
from catalog.services.special_prices import plan_special_price
from catalog.services.stock import receive_stock
from chat.services.edits import edit_message
from chat.services.footprints import note_footprints
from chat.services.holding import hold_line
from chat.services.messages import pin_message
from chat.services.moderation import ban_viewer, shadow_viewer, time_out_viewer
from chat.services.polls import cast_votes, open_poll
from chat.services.reports import report_line
from chat.services.shadows import echo_line
from chat.services.shifts import begin_shift, write_hand_over
from chat.writer import Line
from checkout.models import (
    CouponUse,
    Customer,
    HoldKey,
    Order,
    OrderCounter,
    OrderMail,
    PaymentAccount,
    ProviderEvent,
    Refund,
    RefundLine,
    RegionTaxRate,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    SignInCode,
)
from checkout.services.coupons import CouponTerms, save_coupon
from kernel import clock, ids
from kernel.eventlog.models import Cursor, ParkedEvent
from kernel.eventlog.sequencer import order_pending
from kernel.idempotency.models import IdempotencyRecord
from kernel.money import Money
from kernel.tenancy import brand_context, public_context
from kernel.viewers import Viewer
from streams.models import Show, ShowStatus, Visibility
from streams.services.cues import add_cue
from streams.services.line_up import Place, set_line_up
from streams.services.posters import set_poster
from streams.services.reminders import request_reminder
from streams.services.run_of_show import pin_product
from tenants.models import Brand, Domain, Member, Role
from tenants.services.api_keys import SCOPES, create_api_key
from tenants.services.domains import add_domain
from tenants.services.logos import replace_logo
from tenants.services.members import invitation_token, invite_member
from tests.conftest import BRANDS
from tests.factories.catalog import fill_catalog, make_drop, make_product
from tests.factories.chat import fill_chat, make_message, make_person, make_question
from tests.factories.checkout import ORDER_ID, VIEWER_ID, fill_checkout
from tests.factories.streams import fill_streams, make_live_show, make_scheduled_show, make_show, make_show_in
from tests.isolation.bodies import picture
from tests.isolation.painting import paint

ACTOR = "system"
SAME_KEY = "an-idempotency-key-used-in-both"
SEED = 20_261_120
FIRST_ROW = 10_000  # where counted keys begin in both brands


@dataclass
class World:
    """Both brands, what a route's parameters may be in each, and ids that only one brand has."""

    brands: dict[str, Brand]
    samples: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    only: dict[str, dict[str, str]] = field(default_factory=dict)


def canary(slug: str, what: str) -> str:
    return f"canary-{slug}-{what}"


@contextlib.contextmanager
def same_ids() -> Iterator[None]:
    """Let the ids made inside come from a seed, so that each brand filled alike has the same ones."""
    moments, chance, before = iter(range(1_700_000_000_000, 1 << 62)), random.Random(SEED), ids._last
    stopped_clock = SimpleNamespace(time_ns=lambda: next(moments) * 1_000_000)
    seeded = SimpleNamespace(urandom=chance.randbytes)
    with patch.object(ids, "time", stopped_clock), patch.object(ids, "os", seeded), patch.object(ids, "_last", 0):
        yield
    ids._last = before


def fill_world() -> World:
    """Fill both brands in the caller's transaction."""
    with public_context():
        world = World({slug: Brand.objects.select_related("theme").get(slug=slug) for slug in BRANDS})
    for index, (slug, brand) in enumerate(world.brands.items()):
        with brand_context(brand):
            _restart_counters()
            with same_ids():
                world.samples[slug] = _fill_brand(index, slug)
            world.samples[slug] |= _fill_own(world, brand)
            world.only[slug] = _fill_alone(slug)
            paint(slug)
            order_pending()
    return world


def _restart_counters() -> None:
    """Counted keys begin at the same number too: earlier tests used them unevenly."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {FIRST_ROW}')


def _fill_brand(index: int, slug: str) -> dict[str, str]:
    """What has coinciding ids. Returns the samples for routes."""
    fill_catalog(index)
    product = make_product(
        name=canary(slug, "product"),
        sku="SAME-1",
        stock=500,
        description=f"<p>{canary(slug, 'description')}</p>",
        detail=canary(slug, "detail"),
    )
    variant = product.variants.get()
    update_product(product_id=product.pk, collections=[canary(slug, "collection")], actor=ACTOR)
    with transaction.atomic():
        receive_stock(variant_id=variant.pk, quantity=3, reference=canary(slug, "delivery"), actor=ACTOR)
    image = add_image(product_id=product.pk, file=io.BytesIO(picture()), alt=canary(slug, "alt"), actor=ACTOR)
    run = check_import(
        file_name=canary(slug, "file"), content=b"name,sku,price\nSoap,SOAP-1,4.00\n", currency="EUR", actor=ACTOR
    )
    planned = make_drop(variant_id=variant.pk, title=canary(slug, "drop"))
    make_drop(variant_id=variant.pk, title=canary(slug, "open-drop"), opened=True)
    listed = make_drop(variant_id=variant.pk, title=canary(slug, "draw"), mode="draw")
    announce_drop(drop_id=listed.pk, actor=ACTOR)
    entrant = Asker(viewer_key=Viewer(id=VIEWER_ID).key, email=f"{canary(slug, 'entrant')}@example.test")
    place = enter_list(drop_id=listed.pk, asker=entrant)

    fill_streams(index)
    live, broadcast = make_live_show(title=canary(slug, "live"), slug="same-live", host_name=canary(slug, "host"))
    set_line_up(show_id=live.pk, places=[Place(variant.pk, note=canary(slug, "note"))], actor=ACTOR)
    pin_product(show_id=live.pk, variant_id=variant.pk, actor=ACTOR)
    poll = {"question": canary(slug, "planned"), "answers": ["One", "Two"]}
    cue = add_cue(show_id=live.pk, kind="poll", title=canary(slug, "cue"), payload=poll, actor=ACTOR)
    special = plan_special_price(
        variant_id=variant.pk, kind="flash", show_id=live.pk, price=Money(100 + index, "EUR"), actor=ACTOR
    )
    _fill_other_shows(slug)
    ended = make_show_in(ShowStatus.REPLAY, title=canary(slug, "replay"), slug="same-replay")
    set_poster(show_id=live.pk, data=picture(), actor=ACTOR)
    live.refresh_from_db()

    room = _fill_room(index, slug, live)
    fill_checkout(index)
    order = _fill_orders(slug)
    return room | {
        "product": product.public_id,
        "variant": variant.public_id,
        "image": image.public_id,
        "run": run.public_id,
        "drop": planned.public_id,
        "listed_drop": listed.public_id,
        "place": place.public_id,
        "special_price": special.public_id,
        "show": live.public_id,
        "show_slug": live.slug,
        "replay": ended.public_id,
        "product_slug": product.slug,
        "broadcast": str(broadcast.pk),
        "cue": cue.public_id,
        "line": live.line_up.get().public_id,
        "hold": order.holds.model.objects.get().public_id,
        "order": order.public_id,
        "coupon": CouponUse.objects.get(order=order).coupon.public_id,
        "number": order.number,
        "order_token": order.token,
        "customer": order.customer.public_id,
        "refund": order.refunds.get().public_id,
        "shipment": order.shipments.get().public_id,
        "return": order.returns.get().public_id,
        "media": image.large,
        "shipping_method": order.shipping_method.public_id if order.shipping_method else "",
    }


def _fill_other_shows(slug: str) -> None:
    make_show(title=canary(slug, "draft"))
    private = make_scheduled_show(title=canary(slug, "private"), visibility=Visibility.PRIVATE)
    request_reminder(show_id=private.pk, email=f"{canary(slug, 'reader')}@example.test", actor=ACTOR)
    soon = make_scheduled_show(title=canary(slug, "scheduled"), subtitle=canary(slug, "subtitle"), starts_in=900)
    request_reminder(show_id=soon.pk, email=f"{canary(slug, 'reader')}@example.test", actor=ACTOR)


def _fill_room(index: int, slug: str, show: Show) -> dict[str, str]:
    fill_chat(index, show.pk)
    person = make_person(canary(slug, "guest"), number=0xF00D)
    message = make_message(show.pk, canary(slug, "message"), person=person, key=uuid.UUID(int=0xF1))
    pin_message(show_id=show.pk, message_id=message.pk, actor=ACTOR)
    other = make_person(canary(slug, "asker"), number=0xF00E)
    question = make_question(show.pk, canary(slug, "question"), person=other)
    answers = [canary(slug, "first"), canary(slug, "second")]
    poll = open_poll(show_id=show.pk, question=canary(slug, "poll"), answers=answers, actor=ACTOR)
    cast_votes(votes=[(show.pk, poll.pk, person.key, 1)])
    banned = make_person(canary(slug, "banned"), number=0xBAD)
    make_message(show.pk, canary(slug, "rude"), person=banned, key=uuid.UUID(int=0xF2))
    ban = ban_viewer(viewer_key=banned.key, show_id=show.pk, reason=canary(slug, "reason"), actor=ACTOR)
    time_out_viewer(viewer_key=make_person("x", number=0xBAE).key, seconds=600, reason=canary(slug, "why"), actor=ACTOR)
    report_line(show_id=show.pk, message_id=message.pk, person=other, reason="other")
    held = _fill_desk(slug, show)
    return {
        "held": held,
        "message": message.public_id,
        "question": question.public_id,
        "poll": poll.public_id,
        "ban": ban.public_id,
        "viewer": person.key,
    }


def _fill_desk(slug: str, show: Show) -> str:
    """What only the team sees of a room. Returns the line that waits."""
    shadow = make_person(canary(slug, "shadow"), number=0xBAF)
    note_footprints(traces=[(shadow.key, canary(slug, "device"), canary(slug, "net"))])
    shadow_viewer(viewer_key=shadow.key, networks=True, reason=canary(slug, "quietly"), actor=ACTOR)
    echo_line(line=Line(show_id=show.pk, person=shadow, text=canary(slug, "echo"), key=uuid.UUID(int=0xF3)))
    waiting = Line(show_id=show.pk, person=shadow, text=canary(slug, "held"), key=uuid.UUID(int=0xF4))
    held = hold_line(line=waiting, rule=canary(slug, "rule"))
    ours = make_message(show.pk, canary(slug, "typo"), person=shadow, key=uuid.UUID(int=0xF5))
    edit_message(show_id=show.pk, message_id=ours.pk, text=canary(slug, "edited"), actor=ACTOR, may_correct=True)
    begin_shift(show_id=show.pk, member_id="mem_same", name=canary(slug, "moderator"), actor=ACTOR)
    write_hand_over(show_id=show.pk, text=canary(slug, "hand-over"), author=canary(slug, "moderator"), actor=ACTOR)
    return held.public_id


def _fill_orders(slug: str) -> Order:
    order = Order.objects.get(pk=ORDER_ID)
    payment = order.payments.get()
    payment.reserved_minor = 1
    payment.save()
    Refund.objects.create(order=order, payment=payment, amount_minor=1, currency="EUR", actor=ACTOR)
    _fill_parcels(slug, order)
    later = clock.now() + dt.timedelta(minutes=10)
    SignInCode.objects.create(email=f"{canary(slug, 'code')}@example.test", code_hash="0" * 64, expires_at=later)
    OrderMail.objects.create(
        key="same-mail", template="order_paid", order_id=ORDER_ID, data={"number": canary(slug, "mail")}
    )
    ProviderEvent.objects.create(event_id="evt_same", type="refund.updated", object_id="re_same")
    IdempotencyRecord.objects.create(
        caller="anonymous",
        route="/api/v1/holds/",
        key=SAME_KEY,
        body_hash=hashlib.sha256(b"{}").hexdigest(),
        status=201,
        body=canary(slug, "answer").encode(),
        content_type="application/json",
        started_at=clock.now(),
    )
    OrderCounter.objects.get_or_create(defaults={"last": 1})
    coupon = save_coupon(
        coupon_id=None, terms=CouponTerms(canary(slug, "coupon"), "percent", basis_points=1000), actor=ACTOR
    )
    CouponUse.objects.create(order=order, coupon=coupon)
    moment = clock.now()
    HoldKey.objects.create(
        viewer_key=Viewer(id=VIEWER_ID).key, key=uuid.UUID(int=7), body_hash=b"", hold_id=uuid.UUID(int=8), quantity=1,
        unit_minor=100, currency="EUR", expires_at=moment, at=moment,
    )  # fmt: skip
    RegionTaxRate.objects.create(country="US", region="NY", basis_points=887)
    PaymentAccount.objects.create(account="acct_of_the_world", charges_enabled=True, requirements_due=["company.name"])
    Cursor.objects.create(name="same-cursor")
    ParkedEvent.objects.create(cursor="same-cursor", position=1, error=canary(slug, "error"), parked_at=clock.now())
    return order


def _fill_parcels(slug: str, order: Order) -> None:
    """One piece that was sent, is asked back, and was paid for."""
    line = order.lines.get()
    parcel = Shipment.objects.create(order=order, carrier=canary(slug, "carrier"), url="https://x.test/", actor=ACTOR)
    ShipmentLine.objects.create(shipment=parcel, line=line, quantity=1)
    ret = Return.objects.create(order=order, reason=canary(slug, "too-small"), actor=ACTOR)
    ReturnLine.objects.create(ret=ret, line=line, quantity=1)
    RefundLine.objects.create(refund=order.refunds.get(), line=line, quantity=1)


def _fill_own(world: World, brand: Brand) -> dict[str, str]:
    """What lies in `public`, where no two rows share an id."""
    slug = brand.slug
    owner = Member.objects.get(brand=brand, role=Role.OWNER)
    Member.objects.filter(brand=brand).update(title=canary(slug, "title"))
    moderator = Member.objects.get(brand=brand, role=Role.MODERATOR)
    invitation = invite_member(
        brand=brand, email=f"{canary(slug, 'invited')}@example.test", role=Role.HOST, invited_by=owner.user, actor=ACTOR
    )
    _, world.keys[slug] = create_api_key(
        brand=brand, name=canary(slug, "key"), scopes=list(SCOPES), created_by=owner.user
    )
    other, _ = create_api_key(brand=brand, name=canary(slug, "other-key"), scopes=["shows:read"], created_by=None)
    add_domain(brand=brand, name=f"{canary(slug, 'domain')}.example.test", actor=ACTOR)
    replace_logo(brand=brand, kind="logo", upload=SimpleUploadedFile("logo.png", picture(), "image/png"))
    brand.theme.refresh_from_db()
    return {
        "member": moderator.public_id,
        "invitation": invitation.public_id,
        "invitation_token": invitation_token(invitation),
        "key": other.public_id,
        "brand_slug": slug,
        "content_hash": brand.theme.content_hash,
        "logo": brand.theme.logo,
        "domain": Domain.objects.filter(tenant=brand).earliest("claimed_at").domain,
    }


def _fill_alone(slug: str) -> dict[str, str]:
    """Rows whose ids no other brand has."""
    product = make_product(name=canary(slug, "alone"), sku=f"ALONE-{slug}")
    show = make_scheduled_show(title=canary(slug, "alone-show"), slug=f"alone-{slug}")
    drop = make_drop(variant_id=product.variants.get().pk, title=canary(slug, "alone-drop"))
    customer = Customer.objects.create(email=f"{canary(slug, 'alone')}@example.test", name=canary(slug, "alone"))
    cue = add_cue(show_id=show.pk, kind="talk", title=canary(slug, "alone-cue"), actor=ACTOR)
    return {
        "product": product.public_id,
        "variant": product.variants.get().public_id,
        "drop": drop.public_id,
        "show": show.public_id,
        "show_slug": show.slug,
        "product_slug": product.slug,
        "customer": customer.public_id,
        "cue": cue.public_id,
    }


def tables_of_brands() -> list[type[models.Model]]:
    """The models whose tables lie in each brand's schema."""
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels]
