"""Automatic moderation: what the built-in rules find, what they leave alone, and another function in
their place."""

import asyncio
import time
import uuid

import pytest
from pytest_django import Settings

from chat.automod import ALLOW, Action, Candidate, Said, Verdict, judge
from chat.judging import AT_ONCE, SECONDS
from chat.judging import judge as ask
from chat.services.blocklist import set_blocklist
from kernel.tenancy import run_in_brand
from tests.chat.conftest import Stage
from tests.chat.page import joined
from tests.factories.chat import make_viewer, viewer_cookie


def candidate(text: str = "hello", **more: object) -> Candidate:
    facts = {"schema": "b_aurora", "show_id": uuid.UUID(int=5), "author_key": "vwr_1", "author": "Noor"}
    return Candidate(**{**facts, "is_customer": False, "text": text, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("write to me@example.com", "contact data"),
        ("me (at) example [dot] com", "contact data"),
        ("call +49 170 123 45 67", "contact data"),
        ("my number 0170/1234567", "contact data"),
        ("pay to DE89 3704 0044 0532 0130 00", "contact data"),
        ("whatsapp me 4917012345", "contact data"),
        ("Telegram: @fast_money", "contact data"),
        ("visit example dot com", "hidden link"),
        ("cheap at example (dot) shop now", "hidden link"),
        ("go to example . com", "hidden link"),
        ("hxxps example", "hidden link"),
        ("hahahahahaaaaaaaaaaaaaa", "repeats"),
        ("buy buy buy buy buy buy", "repeats"),
        ("THIS IS THE BEST ONE EVER", "capitals"),
    ],
)
def test_what_the_rules_hold(text: str, rule: str) -> None:
    assert judge(candidate(text)) == Verdict(Action.HOLD, rule)


@pytest.mark.parametrize(
    "text",
    [
        "is it 38 € or 42.90?", "I paid 1 234 567 points", "OK", "LOVE IT", "so so so good",
        "the best dot on the shelf",
        "we met at 10:30", "order 2026-1120", "haha that is soooo nice", "是的是的是的",
        "👏" * 13,
        "USB-C or USB?", "what about the com port", "it works. com is a port", "size 38, 40, 42, 44 and 46",
    ],
)  # fmt: skip
def test_what_they_leave_alone(text: str) -> None:
    assert judge(candidate(text)) == ALLOW


def test_what_only_history_shows() -> None:
    fast = [Said(number / 2, same=False) for number in range(7)]
    assert judge(candidate(said=fast)).rule == "too fast"
    assert judge(candidate(said=fast[1:])) == ALLOW
    assert judge(candidate(said=[Said(6 + number, same=False) for number in range(9)])) == ALLOW
    assert judge(candidate(said=[Said(40, same=True), Said(50, same=True)])).rule == "repeats"
    assert judge(candidate("go to the other shop", same_by_others=3)).rule == "same line by many"
    assert judge(candidate("go to the other shop", same_by_others=2)) == ALLOW
    assert judge(candidate("hello", same_by_others=30)) == ALLOW
    assert judge(candidate(near_word=True)).rule == "like a refused word"


@pytest.mark.parametrize(
    "text", ["a" * 4000, "a." * 2000, "a@" * 2000, "0 " * 2000, "a (dot) " * 500, "DE89 3704 " * 400]
)
def test_time_is_linear_in_the_text(text: str) -> None:
    began = time.perf_counter()
    judge(candidate(text))
    assert time.perf_counter() - began < 0.25


class TestAnotherFunction:
    """The operator's own, named by a setting."""

    async def test_it_decides(self, settings: Settings) -> None:
        settings.CHAT_MODERATION = f"{__name__}.refuse_soap"
        assert (await ask(candidate("soap"))).action is Action.REFUSE
        assert (await ask(candidate("CALL ME NOW OR NEVER"))).rule == "capitals", (
            "no opinion: the built-in rules decide"
        )

    async def test_none_at_all(self, settings: Settings) -> None:
        settings.CHAT_MODERATION = "chat.automod.allow"
        assert await ask(candidate("write to me@example.com")) == ALLOW

    @pytest.mark.parametrize("name", ["fails", "answers_nonsense", "is_not_there"])
    async def test_when_it_fails_the_built_in_rules_decide(self, settings: Settings, name: str) -> None:
        settings.CHAT_MODERATION = f"{__name__}.{name}"
        assert await ask(candidate("hello")) == ALLOW
        assert (await ask(candidate("write to me@example.com"))).rule == "contact data"

    async def test_it_has_a_quarter_of_a_second(self, settings: Settings) -> None:
        """Also for many at once: when all its threads hang, nobody waits behind them."""
        settings.CHAT_MODERATION = f"{__name__}.sleeps"
        began = time.perf_counter()
        verdicts = await asyncio.gather(*(ask(candidate("hello")) for _ in range(AT_ONCE * 5)))
        assert time.perf_counter() - began < SECONDS * 3
        assert verdicts == [ALLOW] * AT_ONCE * 5
        await asyncio.sleep(SLEEP)


SLEEP = 1.0


def refuse_soap(line: Candidate) -> Verdict | None:
    return Verdict(Action.REFUSE, "soap") if "soap" in line.text else None


def fails(line: Candidate) -> Verdict | None:
    raise RuntimeError("the other service is away")


def answers_nonsense(line: Candidate) -> str:
    return "yes"


def sleeps(line: Candidate) -> Verdict | None:
    time.sleep(SLEEP)
    return Verdict(Action.REFUSE)


async def test_a_held_line_names_its_rule_to_the_team_alone(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    await run_in_brand(aurora, set_blocklist, words=["snakeoil"], actor="system")
    async with (
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as author,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        for text, rule in (("write to me@example.com", "contact data"), ("puresnakeoilhere", "like a refused word")):
            answer = await author.say(text)
            assert answer["id"].startswith("hmg_")
            held = await team.until("message.held")
            assert (held["data"]["text"], held["data"]["rule"]) == (text, rule)
        assert (await team.say("write to me@example.com"))["id"].startswith("msg_"), "the team is not judged"
        assert "contact data" not in str(author.frames)


async def test_the_same_line_from_many_people_is_held(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    answers = []
    for number in range(5):
        async with joined(stage, cookie=viewer_cookie(aurora, make_viewer(f"Bot {number}"))) as page:
            answers.append((await page.say("Go to the other shop!"))["id"][:3])
    assert answers == ["msg", "msg", "msg", "hmg", "hmg"]


async def test_a_refused_line_is_refused_in_words(stage: Stage, settings: Settings) -> None:
    settings.CHAT_MODERATION = f"{__name__}.refuse_soap"
    async with joined(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as page:
        answer = await page.say("soap for sale")
        assert (answer["t"], answer["code"]) == ("refused", "message_refused")
        assert "soap" not in answer["detail"]
        assert (await page.say("hello"))["t"] == "ack"
