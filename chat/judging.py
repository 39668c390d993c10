"""Asking automatic moderation: the built-in rules, or the function that an operator named in their place.

Not here: the rules (automod).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from chat import automod
from chat.automod import Candidate, Verdict

# These take microseconds and run where they are asked.
BUILT_IN: dict[str, Callable[[Candidate], Verdict]] = {
    "chat.automod.judge": automod.judge,
    "chat.automod.allow": automod.allow,
}
SECONDS, AT_ONCE = 0.25, 4

log = structlog.get_logger(__name__)

Judge = Callable[[Candidate], Verdict | None]


async def judge(candidate: Candidate) -> Verdict:
    """What becomes of a line. Another function than the built-in one runs in a thread for a quarter of
    a second at most; when it fails, takes longer or has no opinion (None), the built-in rules decide."""
    path: str = settings.CHAT_MODERATION
    if path in BUILT_IN:
        return BUILT_IN[path](candidate)
    verdict = await _asked(path, candidate)
    return automod.judge(candidate) if verdict is None else verdict


async def _asked(path: str, candidate: Candidate) -> Verdict | None:
    pool, running = _pool()
    if len(running) >= AT_ONCE:  # all of them hang: nobody waits for them as well
        log.warning("moderation.hook_busy", hook=path)
        return None
    work = asyncio.get_running_loop().run_in_executor(pool, _call, path, candidate)
    running.add(work)
    work.add_done_callback(running.discard)
    try:
        return await asyncio.wait_for(asyncio.shield(work), SECONDS)
    except TimeoutError:
        log.warning("moderation.hook_slow", hook=path, seconds=SECONDS)
        work.add_done_callback(lambda late: late.cancelled() or late.exception())
    except Exception:
        log.exception("moderation.hook_failed", hook=path)
    return None


def _call(path: str, candidate: Candidate) -> Verdict | None:
    function: Judge = import_string(path)
    verdict = function(candidate)
    if verdict is not None and not isinstance(verdict, Verdict):
        raise TypeError(f"{path} answered {type(verdict).__name__}, not a Verdict or None")
    return verdict


@cache
def _pool() -> tuple[ThreadPoolExecutor, "set[asyncio.Future[Verdict | None]]"]:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="moderation"), set()
