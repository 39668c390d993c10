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
    "first time here, like it",
    "tea is ready, I am all ears",
    "can you hold it a bit closer?",
    "the sound is lovely tonight",
    "hello Lyon",
    "I always come for the questions",
    "writing this down for my mother",
    "no sales voice, what a relief",
    "raining in Antwerp, perfect for this",
    "is this the same counter as last week?",
    "you explain this so well",
    "watching on the train",
    "my cat is watching too",
    "greetings from Lisbon",
    "I like that nobody hurries here",
    "the apron is a great colour",
    "back again this week",
    "saved for later",
    "learned something already",
    "one more cup of tea then",
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
        (
            "bought it last month, no sting at all",
            "mine lasts forever",
            "does well under make-up",
            "best of the six",
            "two drops is really enough",
            "the dropper is so precise",
            "my skin is calmer since",
            "I keep the glass for flowers",
        ),
        (
            ("does the serum have a smell?", "Barely. Oat, a little linden."),
            ("how long does 30 ml last?", "Two drops a day: a good three months."),
            ("is it okay under sunscreen?", "Yes. Two drops, wait a minute, then sunscreen."),
            ("morning or evening?", "Both if you like. If once, then the morning."),
        ),
    ),
    "Barrier Cream": ProductTalk(
        "Barrier Cream. A pea of it for the whole face, more only in the wind.",
        (
            "winter without it, never again",
            "the small one lives in my coat",
            "thick, but it sinks in",
            "took it up a mountain, worked",
            "my hands thank you",
            "the jar is beautiful",
            "even my husband uses it",
        ),
        (
            ("cream or serum first?", "Serum first, always thin before thick."),
            ("can I use it around the eyes?", "You can, a very thin layer."),
            ("is it too rich for summer?", "For the face perhaps. For hands never."),
        ),
    ),
    "Oat Cleanser": ProductTalk(
        "Oat Cleanser. Dry hands, dry face, then water.",
        (
            "the cleanser is the best thing I own",
            "no foam and still clean",
            "my whole family uses it up",
            "takes everything off, even paint",
            "smells like porridge, I love it",
            "never going back to foam",
        ),
        (
            ("does it take off mascara?", "It does. Massage it in dry first."),
            ("is there a refill?", "From spring on, in a pouch."),
            ("how many washes is a bottle?", "About a hundred and twenty."),
        ),
    ),
    "Rosehip Bar": ProductTalk(
        "Fifty bars of the first batch, cut by hand. Two for each of you.",
        (
            "ready for the bar",
            "two each? good",
            "got mine",
            "smells like autumn, I hear",
            "one for me, one for my neighbour",
            "cut by hand, you can see it",
            "ordered, thank you",
            "what a price for a first batch",
        ),
        (("does the bar travel well?", "In a tin, yes. Let it dry first."),),
    ),
    "Night Balm": ProductTalk(
        "Night Balm: three tins are left until spring. Lips, knuckles, elbows.",
        ("three left, oh", "I keep one in every bag"),
        (("is there beeswax in the balm?", "There is, from two villages up the river."),),
    ),
}
OTHERWISE = ProductTalk("Have a look at this one.", ("nice", "what is it made of?"), ())

# For those who come later.
WELCOMES = (
    "For everyone who just came in: good evening.",
    "Welcome to those who joined. We begin again with the serum.",
    "Good to see you here. Ask whatever you like.",
)

POLLS = (
    ("What shall we open next?", ("Night Balm", "Barrier Cream")),
    ("When do you look after your skin?", ("Morning", "Evening", "Both")),
    ("Where should the next show be?", ("The lab", "The garden", "Here again")),
)
