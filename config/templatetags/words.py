"""`{% room_words %}`: the sentences that a page's scripts say, in the page's language, as JSON beside the page.

Not here: sentences that templates write themselves.
"""

from babel import Locale
from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, to_locale

register = template.Library()

# Numbers of which every language's plural rules choose different forms; scripts choose by category.
_SAMPLES = (0, 1, 2, 3, 11, 100)


def _forms(singular: str, plural: str) -> dict[str, str]:
    """The forms of a counted sentence by plural category (one, few, other, …)."""
    category = Locale.parse(to_locale(get_language())).plural_form
    return {category(number): ngettext(singular, plural, number) for number in _SAMPLES}


def words() -> dict[str, str | dict[str, str]]:
    """Every sentence by its key. A {place} is filled by the script."""
    return _goods() | _drops() | _lines() | _talk() | _picture() | _bag()


def _goods() -> dict[str, str | dict[str, str]]:
    return {
        "sold-out": gettext("Sold out"),
        "in-stock": gettext("In stock"),
        "last": gettext("Last {left}"),
        "left": gettext("{left} left"),
        "now": gettext("Now"),
        "before": gettext("Before"),
        "low-30d": gettext("30-day low {price}"),
        "then-today": gettext("{then} in the show, today {today}"),
        "buy": gettext("Buy"),
        "buy-today": gettext("Buy today"),
        "join-the": gettext("Join the"),
        "waitlist": gettext("Waitlist"),
        "join-waitlist": gettext("Join the waitlist"),
        "join-waitlist-for": gettext("Join the waitlist for {name}"),
        "add-to-bag": gettext("Add {name} to the bag"),
        "on-screen": gettext("{name} is on screen"),
        "on-screen-now": gettext("On screen now"),
        "on-screen-then": gettext("On screen at this moment"),
        "said-pinned": gettext("{name} is on screen, {price}"),
        "goods-open": _forms("{products} product in this show", "{products} products in this show"),
    }


def _drops() -> dict[str, str | dict[str, str]]:
    return {
        "drop": gettext("Drop"),
        "drop-open": gettext("Drop, open"),
        "drop-sold-out": gettext("Drop, sold out"),
        "drop-closed": gettext("Drop, closed"),
        "drop-over": gettext("The drop is over."),
        "opens-at": gettext("opens {time}"),
        "opens-by-hand": gettext("The host opens it during the show."),
        "of-units-left": gettext("of {units} left"),
        "pieces-left": gettext("Pieces left"),
        "pieces": _forms("{pieces} piece", "{pieces} pieces"),
        "each": _forms("one each", "{each} each"),
        "Each": _forms("One each", "{each} each"),
        "first-come": gettext("First come, first held"),
        "closes-in": gettext("Closes in"),
        "all-gone": gettext("All {units} are sold or held."),
        "buy-for": gettext("Buy {price}"),
        "buy-from": gettext("Buy {price} from {time}"),
        "buy-soon": gettext("Buy {price} when it opens"),
        "said-drop-open": gettext("{title}: the drop is open"),
        "said-drop-sold-out": gettext("{title} is sold out"),
        "said-drop-opens": gettext("The drop opens in {seconds} seconds"),
    }


def _lines() -> dict[str, str | dict[str, str]]:
    return {
        "draw-open": gettext("Draw, open"),
        "window-open": gettext("All who tap now have the same chance"),
        "list-closed": gettext("The list is closed"),
        "drawn": gettext("Drawn"),
        "entered": _forms("{count} entered", "{count} entered"),
        "drawing": _forms("{count} entered. It is drawn in a moment.", "{count} entered. It is drawn in a moment."),
        "drawn-of": _forms("{units} for {count} who entered.", "{units} for {count} who entered."),
        "enter-draw": gettext("Enter the draw"),
        "enter-window": gettext("Enter for {price}"),
        "you-are-in": gettext("You are in"),
        "you-won": gettext("to pay: you got one"),
        "your-offer": gettext("to pay: it is your turn"),
        "pay-now": gettext("Pay now"),
        "not-this-time": _forms(
            "Not this time. {ahead} has a turn before you, if one comes back.",
            "Not this time. {ahead} have a turn before you, if one comes back.",
        ),
        "next-in-line": gettext("You are next in line."),
        "ahead-of-you": _forms(
            "In line. {ahead} has a turn before you.", "In line. {ahead} have their turn before you."
        ),
        "you-are-in-line": gettext("You are in line"),
        "offer-over": gettext("The time to pay is over. It went to the next in line; nothing was charged."),
        "rule-draw": gettext("Drawn among all who enter."),
        "rule-window": gettext("First {seconds} s count the same."),
        "check-draw": gettext("Check it"),
        "said-your-turn": gettext("It is your turn: one is held for you."),
        "said-drawn": gettext("{title} is drawn"),
        "draw-holds": _forms(
            "It holds: seed, list and order belong together, for {entries} entry.",
            "It holds: seed, list and order belong together, for {entries} entries.",
        ),
        "draw-yours": gettext("Yours is {id}, turn {turn}."),
        "draw-seed-off": gettext("It does not hold: the seed is not the one that was committed to."),
        "draw-root-off": gettext("It does not hold: the list is not the one that was closed."),
        "draw-order-off": gettext("It does not hold: another order follows from the seed and the list."),
    }


def _talk() -> dict[str, str | dict[str, str]]:
    return {
        "heart": gettext("Send a heart, {count} so far"),
        "host": gettext("Host"),
        "staff": gettext("Staff"),
        "message-removed": gettext("Message removed"),
        "message-waits": gettext("The team reads this before it is shown."),
        "message-returned": gettext("The team did not show this message."),
        "edited": gettext("edited"),
        "new-messages": _forms("{count} new message", "{count} new messages"),
        "just-sold": _forms("Just sold: one {name}", "Just sold: {quantity} {name}"),
        "not-sent": gettext("Not sent. Check your connection and send it again."),
        "reply-drop": gettext("Do not reply"),
        "report": gettext("Report this line to the team"),
        "report-why": gettext("What is wrong with it?"),
        "report-spam": gettext("Spam"),
        "report-insult": gettext("Insult"),
        "report-private": gettext("Private details"),
        "report-other": gettext("Something else"),
        "reported": gettext("Reported. The team looks at it."),
        "name-title": gettext("What shall we call you?"),
        "your-name": gettext("Name in this shop's chats"),
        "name-take": gettext("Use this name"),
        "name-guest": gettext("Stay {name}"),
        "questions": gettext("Questions"),
        "answered": gettext("answered"),
        "asked": gettext("Your question is on the list."),
        "question-waits": gettext("The team reads your question before it is on the list."),
        "vote-for": gettext("Vote for “{text}”, {votes} so far"),
        "votes": _forms("{votes} vote.", "{votes} votes."),
        "vote-changeable": gettext("You can change yours until it closes."),
        "said-poll": gettext("A poll: {question}"),
        "said-poll-result": gettext("The poll is closed. First is {text} with {percent} percent."),
        "offline": gettext("The connection is away. Messages and stock may be old; the page tries again by itself."),
        "connected": gettext("Connected again."),
        "room-closed": gettext("This room is closed for this page."),
    }


def _picture() -> dict[str, str | dict[str, str]]:
    return {
        "about": gettext("about {count}"),
        "picture-lost": gettext("The picture will be back"),
        "picture-lost-more": gettext("The host's connection broke off. Chat and shop stay open."),
        "show-started": gettext("The show has started."),
        "show-ended": gettext("The show has ended."),
        "replay-ready": gettext("The replay is here"),
        "replay-ready-more": gettext("The whole show, with its chat and its products."),
        "replay-watch": gettext("Watch the replay"),
        "beginning": gettext("Beginning"),
        "play": gettext("Play"),
        "pause": gettext("Pause"),
        "speed": gettext("Speed, {speed}"),
        "speed-normal": gettext("normal"),
        "link-copied": gettext("The link is copied."),
        "close": gettext("Close"),
    }


def _bag() -> dict[str, str | dict[str, str]]:
    return {
        "bag": _forms("Bag, {pieces} piece", "Bag, {pieces} pieces"),
        "bag-empty": gettext("Bag, empty"),
        "held": gettext("Held"),
        "held-now": gettext("{name} is held for you."),
        "to-checkout": gettext("Check out"),
        "need-longer": gettext("Need longer?"),
        "need-longer-for": gettext("Hold {name} five minutes longer"),
        "in-line": gettext("You are number {place} in line. Stay on this page; it asks again by itself."),
        "hold-unknown": gettext("The shop does not answer. Try again: what is held for you by now stays yours."),
        "said-extended": gettext("Held five minutes longer."),
        "said-hold-left": gettext("{seconds} seconds left on what you hold."),
        "said-hold-over": gettext("The hold has ended. Nothing was charged."),
        "sold-out-now": gettext("Sold out. Somebody was a moment faster."),
        "checkout": gettext("Checkout"),
        "loading": gettext("One moment"),
        "again": gettext("Try again"),
        "no-answer": gettext("The shop does not answer. Check your connection and try again."),
        "no-answer-not-charged": gettext("The shop does not answer. Your card was not charged. Try again."),
    }


@register.simple_tag
def room_words() -> SafeString:
    """<script type="application/json" id="vt-words">."""
    return json_script(words(), "vt-words")
