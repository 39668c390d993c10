"""Every task and command of ours: none without a brand, none that reaches into the other one.

A new task or command fails here until it stands in a table below.
"""

import contextlib
import inspect
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from celery import Task, shared_task
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.utils.module_loading import import_string

from config.celery import app
from kernel.ids import parse_public_id
from kernel.redis import client as redis_client
from kernel.tasks import HEADER, BrandTask, PlatformTask, TaskWithoutBrand
from kernel.tenancy import current_schema, public_context
from streams.tasks.media import WAITING
from tests.isolation.checksum import Checksum
from tests.isolation.sweep import quiet, undone
from tests.isolation.world import World

OURS = ("catalog", "chat", "checkout", "config", "kernel", "streams", "tenants")
Samples = Mapping[str, str]


def key(name: str) -> Callable[[Samples], list[str]]:
    """The bare UUID of a sample, as tasks carry it."""
    return lambda samples: [str(parse_public_id(samples[name].partition("_")[0], samples[name]))]


def nothing(samples: Samples) -> list[str]:
    return []


# What each brand's task is sent with; ids are those that both brands have.
ARGUMENTS: dict[str, Callable[[Samples], list[str]]] = {
    "catalog.tasks.go_on_importing": key("run"),
    "catalog.tasks.resume_stalled_imports": nothing,
    "catalog.tasks.sweep_drops_by_clock": nothing,
    "chat.tasks.close_polls": nothing,
    "chat.tasks.count_audiences": nothing,
    "chat.tasks.forget_traces": nothing,
    "checkout.tasks.auditing.audit_payments": nothing,
    "checkout.tasks.connecting.refresh_payment_account": nothing,
    "checkout.tasks.forgetting.forget_old_rows": nothing,
    "checkout.tasks.holds.sweep_holds": nothing,
    "checkout.tasks.lines.sweep_lines": nothing,
    "checkout.tasks.hooks.handle_notice": lambda samples: ["evt_same"],
    "checkout.tasks.mails.send_order_mails": nothing,
    "checkout.tasks.reconciling.reconcile_payments": nothing,
    "checkout.tasks.refunds.send_refund_now": key("refund"),
    "config.scheduled.run_reactions": nothing,
    "kernel.idempotency.tasks.forget_old_keys": nothing,
    "streams.tasks.media.hand_over_broadcast": lambda samples: [samples["broadcast"]],
    "streams.tasks.sweeps.open_lobbies": nothing,
    "streams.tasks.sweeps.send_due_reminders": nothing,
    "streams.tasks.sweeps.sweep_broadcasts": nothing,
    "tenants.tasks.mail_invitation": key("invitation"),
}
# What ends in a refusal here, and why.
REFUSED = {"checkout.tasks.refunds.send_refund_now": "the payment provider does not know the world's payments"}
# Tasks on the platform's own tables, each with how a test holds it to that.
PLATFORM_TASKS = {
    "config.scheduled.for_every_brand",  # test_the_fan_out_names_each_brand_once
    "config.scheduled.forget_sessions",  # tests/checkout/test_forgetting.py
    "tenants.tasks.provision_brand",  # test_provisioning_touches_its_own_brand
    "tenants.tasks.sweep_provisioning",  # test_provisioning_touches_its_own_brand
}
# Commands that work in one brand, with what names it; and those that work for all.
BRAND_COMMANDS: dict[str, list[str]] = {
    "books": ["check", "--brand"],
    "draw": ["verify", "--brand"],
    "stock": ["verify", "--brand"],
}
OTHER_COMMANDS = {"media_engine", "migrate_brands", "sequencer", "seed_demo"}

_seen: list[str] = []


@shared_task
def note_schema() -> None:
    _seen.append(current_schema())


def our_tasks() -> dict[str, "Task[Any, Any]"]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.partition(".")[0] in OURS}


BRAND_TASKS = sorted(name for name, task in our_tasks().items() if isinstance(task, BrandTask))


@pytest.fixture(autouse=True)
def _rolled_back(world: World) -> Iterator[None]:
    with quiet(), undone():
        yield
    redis_client().delete(WAITING)


def test_every_task_stands_in_a_table() -> None:
    assert set(BRAND_TASKS) == set(ARGUMENTS), "say in ARGUMENTS what it is sent with"
    assert {name for name, task in our_tasks().items() if isinstance(task, PlatformTask)} == PLATFORM_TASKS
    neither = [name for name, task in our_tasks().items() if not isinstance(task, BrandTask | PlatformTask)]
    assert neither == [], "a task is a brand's or the platform's"


@pytest.mark.parametrize("name", BRAND_TASKS)
def test_arguments_fit_the_task(world: World, name: str) -> None:
    inspect.signature(our_tasks()[name].run).bind(*ARGUMENTS[name](world.samples["aurora"]))


@pytest.mark.parametrize("name", BRAND_TASKS)
@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "public"}, {HEADER: "b_nobody"}])
def test_without_a_brand_nothing_runs(world: World, name: str, headers: dict[str, str]) -> None:
    both = {slug: Checksum(brand) for slug, brand in world.brands.items()}
    before = {slug: checksum.take() for slug, checksum in both.items()}
    with pytest.raises(TaskWithoutBrand):
        our_tasks()[name].apply(args=tuple(ARGUMENTS[name](world.samples["aurora"])), headers=headers).get()
    assert {slug: checksum.changed(before[slug]) for slug, checksum in both.items()} == {"aurora": [], "fjord": []}


@pytest.mark.parametrize("name", BRAND_TASKS)
def test_a_task_of_aurora_leaves_fjord_alone(world: World, name: str) -> None:
    checksum = Checksum(world.brands["fjord"])
    before = checksum.take()
    sent = tuple(ARGUMENTS[name](world.samples["aurora"]))
    done = our_tasks()[name].apply(args=sent, headers={HEADER: "b_aurora"})
    assert done.successful() or name in REFUSED, done.traceback
    assert checksum.changed(before) == []
    notes: Any = redis_client().lrange(WAITING, 0, -1)
    assert all(note.startswith(b"b_aurora ") for note in notes)


def test_the_fan_out_names_each_brand_once(world: World) -> None:
    _seen.clear()
    app.conf.task_always_eager = True
    try:
        our_tasks()["config.scheduled.for_every_brand"].apply(args=(f"{__name__}.note_schema",)).get()
    finally:
        app.conf.task_always_eager = False
    assert sorted(_seen) == ["b_aurora", "b_fjord"]


def test_provisioning_touches_its_own_brand(world: World) -> None:
    checksum = Checksum(world.brands["fjord"])
    before = checksum.take()
    our_tasks()["tenants.tasks.provision_brand"].apply(args=(str(world.brands["aurora"].pk),)).get()
    our_tasks()["tenants.tasks.sweep_provisioning"].apply().get()
    assert checksum.changed(before) == []


def test_beat_sends_tasks_that_exist() -> None:
    known = our_tasks()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in known
        for path in entry.get("args", []):
            assert import_string(path).name in known


def our_commands() -> set[str]:
    return {name for name, package in get_commands().items() if str(package).partition(".")[0] in (*OURS, "demo")}


def test_every_command_stands_in_a_table() -> None:
    assert our_commands() <= set(BRAND_COMMANDS) | OTHER_COMMANDS, "add it to a table"


@pytest.mark.parametrize("name", sorted(BRAND_COMMANDS))
def test_a_command_works_in_the_brand_it_was_told(world: World, name: str) -> None:
    out, checksum = io.StringIO(), Checksum(world.brands["fjord"])
    before = checksum.take()
    with public_context():
        with contextlib.suppress(CommandError):  # what it finds wrong in the world
            call_command(name, *BRAND_COMMANDS[name], "aurora", stdout=out)
        with pytest.raises(CommandError):
            call_command(name, *BRAND_COMMANDS[name], "nobody", stdout=out)
    assert "b_aurora" in out.getvalue()
    assert "fjord" not in out.getvalue()
    assert checksum.changed(before) == []
