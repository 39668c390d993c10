"""Fjord: outdoor gear from Ålesund, in Norwegian crowns. Has a show to come and a replay.

Everything here is made up.
"""

from demo.stage.pieces import (
    PastShow,
    Said,
    StagedBrand,
    StagedCue,
    StagedDelivery,
    StagedDrop,
    StagedPerson,
    StagedProduct,
    StagedShopper,
    StagedShow,
    StagedTheme,
    StagedVariant,
)

_PRODUCTS = (
    StagedProduct(
        name="Skarv 28 pack",
        detail="28 litres, one zip, no rattle",
        description="<p>A day pack that opens like a suitcase. Waxed canvas, mended by us for as long as it lives.</p>",
        picture="fjord-pack",
        alt="A green pack with leather straps",
        variants=(StagedVariant("FJO-SK28", 149000, 64, "Spruce"), StagedVariant("FJO-SK28-S", 149000, 40, "Slate")),
        collection="Packs",
    ),
    StagedProduct(
        name="Bre flask",
        detail="Hot for twelve hours",
        description="<p>Steel, two walls, 74 mm wide: it fits most bike cages. The cup is the lid.</p>",
        picture="fjord-flask",
        alt="A steel flask with a cup for a lid",
        variants=(
            StagedVariant(
                "FJO-BF75", 39000, 180, "0.75 l", compare_at=44000, earlier=((45, 44000), (20, 42000), (9, 44000))
            ),
            StagedVariant("FJO-BF50", 34000, 120, "0.5 l"),
        ),
        collection="Kitchen",
    ),
    StagedProduct(
        name="Nattlys headlamp",
        detail="300 lumens, 62 grams",
        description="<p>One button, warm light, and a red one for the tent. Charges by cable in an hour.</p>",
        picture="fjord-headlamp",
        alt="A headlamp with a woven band",
        variants=(StagedVariant("FJO-NH01", 69000, 90),),
        collection="Light",
    ),
    StagedProduct(
        name="Regn shell",
        detail="The next run comes in March",
        description="<p>Three layers, taped by hand, a hood that turns with your head.</p>",
        picture="fjord-jacket",
        alt="A rain jacket on a hook",
        variants=(StagedVariant("FJO-RS-M", 229000, 5, "M"),),
        collection="Clothes",
    ),
    StagedProduct(
        name="Tind beanie",
        detail="Wool from Sunnmøre",
        description="<p>Knitted in one piece, doubled over the ears.</p>",
        picture="fjord-beanie",
        alt="A knitted hat",
        variants=(StagedVariant("FJO-TB01", 37900, 3),),
        collection="Clothes",
    ),
    StagedProduct(
        name="Enamel mug",
        detail="Chips, and gets better",
        description="<p>Steel under enamel. For fire, stove and dishwasher.</p>",
        picture="fjord-mug",
        alt="A white mug with a dark rim",
        variants=(StagedVariant("FJO-EM01", 18900, 300),),
        collection="Kitchen",
    ),
)

_COMING = StagedShow(
    slug="a-kitchen-for-the-trail",
    title="A kitchen for the trail",
    subtitle="With Lars Eide, from the workshop in Ålesund",
    description="Coffee at minus ten, a soup that keeps its heat, and what stays at home. Lars Eide cooks outside.",
    host_name="Lars Eide",
    line_up=("FJO-BF75", "FJO-EM01", "FJO-NH01", "FJO-SK28"),
    cues=(
        StagedCue(0, "talk", "Welcome, light the stove"),
        StagedCue(180, "pin", "Bre flask", sku="FJO-BF75"),
        StagedCue(900, "pin", "Enamel mug", sku="FJO-EM01"),
        StagedCue(1500, "drop", "Drop: Enamel mug, with your initials"),
        StagedCue(2100, "talk", "Questions"),
    ),
    drop=StagedDrop("FJO-EM01", "Enamel mug, with your initials", units=40, price=15900, per_buyer=2, run_seconds=600),
    notes={"FJO-EM01": "Drop of 40"},
)

_PAST = PastShow(
    show=StagedShow(
        slug="ready-for-winter",
        title="Ready for winter",
        subtitle="With Lars Eide, from the workshop in Ålesund",
        description="What Lars carries from November on, and why. One pack, one flask, one light, and five shells.",
        host_name="Lars Eide",
        line_up=("FJO-SK28", "FJO-BF75", "FJO-NH01", "FJO-RS-M", "FJO-TB01", "FJO-EM01"),
        cues=(
            StagedCue(0, "talk", "Welcome"),
            StagedCue(9, "pin", "Skarv 28 pack", sku="FJO-SK28"),
            StagedCue(30, "pin", "Bre flask", sku="FJO-BF75"),
            StagedCue(44, "poll", "Tea or coffee?", answers=("Tea", "Coffee")),
            StagedCue(60, "pin", "Nattlys headlamp", sku="FJO-NH01"),
            StagedCue(76, "drop", "Drop: Regn shell"),
            StagedCue(96, "talk", "Questions"),
            StagedCue(118, "end", "Thanks, and good night"),
        ),
        drop=StagedDrop("FJO-RS-M", "Regn shell, last five", units=5, price=199000, per_buyer=1),
        duration_minutes=40,
    ),
    days_ago=6,
    length_seconds=120,
    viewers=(388, 720, 906, 874, 790),
    poll_votes=(58, 42),
    talk=(
        Said(4, "Lars", "Good evening from the workshop."),
        Said(12, "Tuva", "finally, the pack"),
        Said(18, "Greta", "what is the green called?", is_question=True),
        Said(23, "Kaja", "Spruce. There is a slate one too."),
        Said(32, "Lars", "Now the one I carry every day."),
        Said(37, "Aino", "dishwasher?", is_question=True),
        Said(42, "Lars", "Top rack, lid off."),
        Said(47, "Sanna", "is the cup part of the lid?"),
        Said(51, "Lars", "It is. Unscrew twice."),
        Said(56, "Mikkel", "mine fell off a cliff and still works"),
        Said(63, "Aino", "tea people, hello"),
        Said(68, "Yusuf", "does the flask fit a bike cage?", is_question=True),
        Said(73, "Lars", "74 mm, so yes, most of them."),
        Said(79, "Lars", "Five shells in M, the last of this run."),
        Said(86, "Greta", "ordered mine"),
        Said(92, "Sanna", "gone already"),
        Said(99, "Tuva", "will there be a larger pack?", is_question=True),
        Said(106, "Lars", "In spring. 40 litres, same zip."),
        Said(114, "Lars", "Thank you. Keep warm."),
    ),
)

FJORD = StagedBrand(
    slug="fjord",
    name="Fjord",
    currency="NOK",
    country="NO",
    time_zone="Europe/Oslo",
    theme=StagedTheme(accent="#17523f", surface="#f1f3ef", ink="#13211d", font="sturdy", radius=6),
    people=(
        StagedPerson("Ragna", "Solheim", "ragna@fjord.example", "owner", "Producer"),
        StagedPerson("Lars", "", "lars@fjord.example", "host"),
        StagedPerson("Kaja", "", "kaja@fjord.example", "moderator", "Crew"),
    ),
    shoppers=(
        StagedShopper("Tuva Berg", "tuva@shopper.example", "Kongens gate 10", "6002", "Ålesund", "NO"),
        StagedShopper("Greta Holm", "greta@shopper.example", "Storgatan 8", "903 25", "Umeå", "SE"),
        StagedShopper("Mikkel Dahl", "mikkel@shopper.example", "Havnegade 3", "8000", "Aarhus", "DK"),
        StagedShopper("Aino Laine", "aino@shopper.example", "Aleksanterinkatu 5", "33100", "Tampere", "FI"),
        StagedShopper("Yusuf Aydin", "yusuf@shopper.example", "Grünerløkka 2", "0555", "Oslo", "NO"),
    ),
    products=_PRODUCTS,
    deliveries=(
        StagedDelivery("Parcel shop", ("NO", "SE", "DK", "FI"), 5900, 90000, (2, 5)),
        StagedDelivery("At your door", ("NO", "SE"), 12900, None, (1, 2)),
    ),
    tax_rates={"NO": 2500, "SE": 2500, "DK": 2500, "FI": 2550},
    past=_PAST,
    coming=_COMING,
)
