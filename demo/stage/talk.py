"""What is said around tonight's show: by guests, by the host, in questions and polls.

Not here: when it is said, and by whom (demo.audience).
"""

from dataclasses import dataclass

GUESTS = ("Jo", "Amal", "Maya", "Priya", "Tomasz", "Noor", "Camille", "Elif")

ANYTIME = (
    "watching from Ghent, hello",
    "the light on that bottle though",
    "my sister sent me here",
    "that makes sense, thank you",
    "taking notes",
    "calmest shop I know",
    "joined late, what did I miss?",
    "hello from Porto",
    "the counter looks lovely tonight",
    "good evening everyone",
)


@dataclass(frozen=True, slots=True)
class ProductTalk:
    """`host` is said when the product comes on screen."""

    host: str
    guests: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


# By the product's name. A question comes with the answer that the host will give.
PRODUCTS = {
    "Dawn Serum": ProductTalk(
        "Dawn Serum. Two drops, wait about a minute, and then your sunscreen.",
        ("bought it last month, no sting at all", "mine lasts forever", "does well under make-up", "best of the six"),
        (
            ("does the serum have a smell?", "Barely. Oat, a little linden."),
            ("how long does 30 ml last?", "Two drops a day: a good three months."),
            ("is it okay under sunscreen?", "Yes. Two drops, wait a minute, then sunscreen."),
        ),
    ),
    "Barrier Cream": ProductTalk(
        "Barrier Cream. A pea of it for the whole face, more only in the wind.",
        ("winter without it, never again", "the small one lives in my coat", "thick, but it sinks in"),
        (
            ("cream or serum first?", "Serum first, always thin before thick."),
            ("can I use it around the eyes?", "You can, a very thin layer."),
        ),
    ),
    "Oat Cleanser": ProductTalk(
        "Oat Cleanser. Dry hands, dry face, then water.",
        ("the cleanser is the best thing I own", "no foam and still clean", "my whole family uses it up"),
        (
            ("does it take off mascara?", "It does. Massage it in dry first."),
            ("is there a refill?", "From spring on, in a pouch."),
        ),
    ),
    "Rosehip Bar": ProductTalk(
        "Fifty bars of the first batch, cut by hand. Two for each of you.",
        ("ready for the bar", "two each? good", "got mine", "smells like autumn, doesn't it"),
        (("does the bar travel well?", "In a tin, yes. Let it dry first."),),
    ),
    "Night Balm": ProductTalk(
        "Night Balm: three tins are left until spring. Lips, knuckles, elbows.",
        ("three left, oh", "I keep one in every bag"),
        (("is there beeswax in the balm?", "There is, from two villages up the river."),),
    ),
}
OTHERWISE = ProductTalk("Have a look at this one.", ("nice", "what is it made of?"), ())

POLLS = (
    ("What shall we open next?", ("Night Balm", "Barrier Cream")),
    ("When do you look after your skin?", ("Morning", "Evening", "Both")),
    ("Where should the next show be?", ("The lab", "The garden", "Here again")),
)
