"""Setting the stage on a real database, with real payments at the sandbox: twice gives the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from django.conf import LazySettings
from django.core.management.base import CommandError

from catalog.models import Drop, Product, Stock, StockMove
from chat.models import Message, Poll
from checkout.models import Order, Payment, PaymentAccount
from config.settings.env import LOCAL_DIR
from demo.seed.brands import ensure_brand
from demo.seed.run import set_brand
from demo.seed.tape import tape_of
from demo.stage import AURORA
from kernel.tenancy import brand_context, public_context
from streams.media import layout
from streams.media.layout import broadcast_directory
from streams.media.timeline import open_epoch, read_timeline
from streams.models import Broadcast, Cue, Recording, Show, ShowStatus
from tenants.models import Brand, Member, User
from tests.sandbox.running import RunningSandbox

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
TAPE_SECONDS = 8  # the first four are before the host's word


@pytest.fixture(scope="module")
def tape() -> Path:
    """A short one, kept between runs like the demo's own."""
    return tape_of("aurora", TAPE_SECONDS, folder=LOCAL_DIR / "film", ffmpeg=FFMPEG)


@pytest.fixture
def stage(live_brands: dict[str, Brand], settings: LazySettings, tmp_path: Path) -> Iterator[Brand]:
    """The tests' Aurora, as if the demo had opened it, with a till."""
    settings.LIVE_ROOT, settings.MEDIA_ROOT = tmp_path / "live", tmp_path / "uploads"
    with public_context():
        User.objects.filter(email="owner@aurora.test").update(email=AURORA.owner.email)
    sandbox = RunningSandbox(tmp_path / "stripe.db")
    sandbox.start()
    settings.STRIPE_API_BASE = sandbox.url
    settings.BRAND_ACCOUNTS = "required"  # as the demo has it
    yield live_brands["aurora"]
    sandbox.stop()


def counts() -> dict[str, int]:
    """How many rows of each kind there are in the current brand."""
    models = (Product, StockMove, Show, Cue, Drop, Order, Message, Poll, Broadcast, Recording)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.slow
def test_the_stage_is_set_once_however_often_it_is_set(stage: Brand, tape: Path) -> None:
    first, keys = set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    with brand_context(stage):
        before = counts()
    second, more_keys = set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    with brand_context(stage):
        assert counts() == before
    assert first["on_air"] == second["on_air"], "nobody sent a picture, so that it is the same show"
    assert keys[0]["key"] != more_keys[0]["key"], "the key is fresh at each start"
    assert {key: first[key] for key in first if key != "api_key"} == {
        key: second[key] for key in second if key != "api_key"
    }


@pytest.mark.slow
def test_the_past_show_left_what_a_show_leaves(stage: Brand, tape: Path, settings: LazySettings) -> None:
    set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    drop_piece = AURORA.past.show.drop
    assert drop_piece is not None
    with brand_context(stage):
        show = Show.objects.get(slug=AURORA.past.show.slug)
        assert show.status == ShowStatus.REPLAY
        assert show.peak_viewers == max(AURORA.past.viewers)
        recording = Recording.objects.get(show=show)
        directory = broadcast_directory(settings.LIVE_ROOT, stage.schema_name, str(recording.broadcast_id))
        timeline = read_timeline(directory)
        assert timeline.is_ended
        assert timeline.segment_count == TAPE_SECONDS
        orders = Order.objects.filter(show_id=show.pk)
        assert {order.status for order in orders} == {Order.Status.PAID}
        assert orders.count() == drop_piece.units
        account = PaymentAccount.objects.get()
        assert account.charges_enabled
        assert {payment.account for payment in Payment.objects.filter(order__in=orders)} == {account.account}
        stock = Stock.objects.get(variant__sku=drop_piece.sku)
        assert (stock.available, stock.held, stock.sold) == (0, 0, drop_piece.units)
        on_sale = Product.objects.filter(status=Product.Status.ACTIVE)
        assert {product.name for product in on_sale} == {product.name for product in AURORA.products}
        said = Message.objects.filter(show_id=show.pk)
        assert said.count() == len(AURORA.past.talk)
        assert show.started_at is not None
        assert show.ended_at is not None
        assert all(show.started_at <= message.posted_at <= show.ended_at for message in said)
        assert Poll.objects.get(show_id=show.pk).counts == list(AURORA.past.poll_votes)


@pytest.mark.slow
def test_a_picture_that_was_half_laid_again_is_laid_whole(stage: Brand, tape: Path, settings: LazySettings) -> None:
    set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    with brand_context(stage):
        recording = Recording.objects.get(show__slug=AURORA.past.show.slug)
    directory = broadcast_directory(settings.LIVE_ROOT, stage.schema_name, str(recording.broadcast_id))
    shutil.rmtree(directory)
    open_epoch(directory)  # killed between this and the first file
    set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    assert read_timeline(directory).segment_count == TAPE_SECONDS
    assert (directory / layout.RECORDING_NAME).exists()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["go_live", "finalise"])
def test_a_staging_that_was_cut_off_is_done_again_whole(
    stage: Brand, tape: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"demo.seed.past.{step}", cut)
        with pytest.raises(KeyboardInterrupt):
            set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    with brand_context(stage):
        assert Show.objects.get(slug=AURORA.past.show.slug).status == ShowStatus.REPLAY
        public = Show.objects.filter(visibility="public", title=AURORA.past.show.title)
        assert public.count() == 1


@pytest.mark.slow
def test_an_old_state_gets_a_fresh_show_at_the_same_address(stage: Brand, tape: Path, settings: LazySettings) -> None:
    first, _ = set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    assert AURORA.tonight is not None
    with brand_context(stage):
        show = Show.objects.get(slug=AURORA.tonight.slug)
        earlier = Broadcast.objects.create(show=show, session="an earlier evening")
        film = broadcast_directory(settings.LIVE_ROOT, stage.schema_name, str(earlier.pk))
        open_epoch(film)
        past = Recording.objects.get(show__slug=AURORA.past.show.slug)
    second, _ = set_brand(AURORA, tape=lambda: tape, ffmpeg=FFMPEG)
    with brand_context(stage):
        show.refresh_from_db()
        assert show.status == ShowStatus.CANCELLED
        assert not Broadcast.objects.filter(show=show).exclude(status="closed").exists()
        assert show.is_private, "it has no picture any more"
    assert not film.exists(), "every start would leave an evening's film on the disk"
    assert broadcast_directory(settings.LIVE_ROOT, stage.schema_name, str(past.broadcast_id)).is_dir()
    assert second["on_air"]["path"] == first["on_air"]["path"]
    assert second["on_air"]["id"] != first["on_air"]["id"]


def test_somebody_elses_brand_is_left_alone(live_brands: dict[str, Brand]) -> None:
    with pytest.raises(CommandError, match="not the demo's"):
        ensure_brand(AURORA)
    with public_context():
        members = Member.objects.filter(brand=live_brands["aurora"])
        assert not members.filter(user__email__endswith="@aurora.example").exists()
