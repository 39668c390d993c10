"""Aurora: skincare from Lyon, in euros. Has the show that is on air.

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
        name="Dawn Serum",
        detail="Oat and linden, no scent added",
        description="<p>Two drops in the morning, before sunscreen. Oat calms, linden keeps water in.</p>"
        "<ul><li>Free of perfume</li><li>Glass bottle, refill from the second one</li></ul>",
        picture="aurora-serum",
        alt="A small amber bottle with a dropper",
        variants=(
            StagedVariant(
                "AUR-DS30", 3800, 240, "30 ml", compare_at=4600, earlier=((40, 4600), (24, 4400), (12, 4600))
            ),
            StagedVariant("AUR-DS50", 6200, 90, "50 ml"),
        ),
        collection="Face",
    ),
    StagedProduct(
        name="Barrier Cream",
        detail="For skin that feels tight",
        description="<p>A dense cream for wind and dry rooms. A pea of it is enough for a whole face.</p>",
        picture="aurora-cream",
        alt="A low white jar with a dark lid",
        variants=(StagedVariant("AUR-BC50", 4600, 120, "50 ml"), StagedVariant("AUR-BC15", 1800, 80, "15 ml")),
        collection="Face",
    ),
    StagedProduct(
        name="Oat Cleanser",
        detail="Takes the day off, leaves the rest",
        description="<p>A milk that needs no foam. Massage it in dry, then rinse.</p>",
        picture="aurora-cleanser",
        alt="A tall pump bottle",
        variants=(StagedVariant("AUR-OC20", 2400, 260, "200 ml"),),
        collection="Face",
    ),
    StagedProduct(
        name="Rosehip Bar",
        detail="First batch, cut by hand",
        description="<p>A solid wash with rosehip oil, cured for six weeks. Lasts about two months.</p>",
        picture="aurora-soap",
        alt="A bar of soap on its paper",
        variants=(StagedVariant("AUR-RB12", 1500, 600, "120 g"),),
        collection="Body",
    ),
    StagedProduct(
        name="Night Balm",
        detail="Last pieces until spring",
        description="<p>Beeswax, linden and nothing that stings. For lips, knuckles and elbows.</p>",
        picture="aurora-balm",
        alt="A flat tin with its lid beside it",
        variants=(StagedVariant("AUR-NB40", 2900, 3, "40 g"),),
        collection="Body",
    ),
    StagedProduct(
        name="Linden Mist",
        detail="Back in spring",
        description="<p>Linden water in a fine spray, for the desk and the train.</p>",
        picture="aurora-mist",
        alt="A slim spray bottle",
        variants=(StagedVariant("AUR-LM10", 2200, 6, "100 ml"),),
        collection="Face",
    ),
)

_TONIGHT = StagedShow(
    slug="the-evening-ritual",
    title="The evening ritual",
    subtitle="With Ines Moreau, from the counter in Lyon",
    description="Ines Moreau takes off the day at the counter in Lyon: five steps, six things, and your questions. "
    "Forty minutes.",
    host_name="Ines Moreau",
    line_up=("AUR-DS30", "AUR-BC50", "AUR-OC20", "AUR-RB12", "AUR-NB40", "AUR-LM10"),
    cues=(
        StagedCue(0, "talk", "Welcome, set the room"),
        StagedCue(60, "pin", "Dawn Serum", sku="AUR-DS30"),
        StagedCue(240, "poll", "What shall we open next?", answers=("Night Balm", "Barrier Cream")),
        StagedCue(360, "pin", "Barrier Cream", sku="AUR-BC50"),
        StagedCue(600, "drop", "Drop: Rosehip Bar"),
        StagedCue(900, "pin", "Oat Cleanser", sku="AUR-OC20"),
        StagedCue(1200, "talk", "Questions, from the queue"),
        StagedCue(2280, "talk", "Thanks, and the next show"),
    ),
    drop=StagedDrop("AUR-RB12", "Rosehip Bar, first batch", units=50, price=1200, per_buyer=2, run_seconds=240),
    notes={"AUR-RB12": "Drop of 50", "AUR-LM10": "Back in spring"},
)

_COMING = StagedShow(
    slug="winter-skin-with-noor",
    title="Winter skin, with Noor",
    subtitle="With Noor Haddad, from the lab",
    description="What cold and dry rooms do to skin, and what helps. Noor Haddad from the lab brings a lens and "
    "answers everything you ask.",
    host_name="Noor Haddad",
    line_up=("AUR-BC50", "AUR-NB40", "AUR-DS30", "AUR-OC20"),
    cues=(
        StagedCue(0, "talk", "Welcome"),
        StagedCue(120, "pin", "Barrier Cream", sku="AUR-BC50"),
        StagedCue(660, "poll", "Dry or oily?", answers=("Dry", "Oily", "Depends on the day")),
        StagedCue(1200, "pin", "Night Balm", sku="AUR-NB40"),
        StagedCue(2700, "talk", "Thanks, and the next show"),
    ),
    duration_minutes=45,
)

_PAST = PastShow(
    show=StagedShow(
        slug="calm-skin-in-the-city",
        title="Calm skin in the city",
        subtitle="With Ines Moreau, from the counter in Lyon",
        description="Dust, heating and short nights: a routine of three things that fits beside the sink.",
        host_name="Ines Moreau",
        line_up=("AUR-OC20", "AUR-LM10", "AUR-DS30", "AUR-BC50"),
        cues=(
            StagedCue(0, "talk", "Welcome"),
            StagedCue(8, "pin", "Oat Cleanser", sku="AUR-OC20"),
            StagedCue(28, "poll", "When do you cleanse?", answers=("Morning", "Evening", "Both")),
            StagedCue(42, "drop", "Drop: Linden Mist"),
            StagedCue(66, "pin", "Dawn Serum", sku="AUR-DS30"),
            StagedCue(88, "talk", "Questions"),
            StagedCue(116, "end", "Thanks, and good night"),
        ),
        drop=StagedDrop("AUR-LM10", "Linden Mist, six pieces", units=6, price=1900, per_buyer=1),
        duration_minutes=30,
    ),
    days_ago=6,
    length_seconds=120,
    viewers=(212, 438, 611, 587, 502),
    poll_votes=(19, 54, 33),
    talk=(
        Said(3, "Jo", "hello from Ghent"),
        Said(5, "Ines", "Good evening. Three things tonight, that is all."),
        Said(11, "Amal", "the cleanser is the best thing I own"),
        Said(16, "Maya", "does it take off mascara?", is_question=True),
        Said(21, "Ines", "It does. Dry hands, dry face, then water."),
        Said(25, "Priya", "is it fine with contact lenses?", is_question=True),
        Said(31, "Tomasz", "both, always both"),
        Said(37, "Tom", "The recipe has not changed since spring."),
        Said(44, "Ines", "Six bottles of the mist are left from summer. They go now."),
        Said(47, "Noor", "got one"),
        Said(52, "Camille", "that was quick"),
        Said(58, "Jonas", "just missed it"),
        Said(64, "Ines", "Gone. It is back in spring, promised."),
        Said(70, "Elif", "how long does 30 ml of the serum last?", is_question=True),
        Said(76, "Ines", "Two drops a day: a good three months."),
        Said(83, "Hanne", "cream or serum first?", is_question=True),
        Said(91, "Ines", "Serum first, always thin before thick."),
        Said(97, "Olu", "that makes sense, thank you"),
        Said(104, "Lucie", "the light on that bottle though"),
        Said(112, "Ines", "Thank you for coming. Sleep well."),
    ),
)

AURORA = StagedBrand(
    slug="aurora",
    name="Aurora",
    currency="EUR",
    country="FR",
    time_zone="Europe/Paris",
    theme=StagedTheme(accent="#843a47", surface="#f6f1ec", ink="#261f1d", font="editorial", radius=2),
    people=(
        StagedPerson("Marta", "Kern", "marta@aurora.example", "owner", "Producer"),
        StagedPerson("Ines", "", "ines@aurora.example", "host"),
        StagedPerson("Tom", "", "tom@aurora.example", "moderator", "Lab"),
    ),
    shoppers=(
        StagedShopper("Noor Jansen", "noor@shopper.example", "Lange Munt 4", "9000", "Gent", "BE"),
        StagedShopper("Amal Roche", "amal@shopper.example", "12 rue Mercière", "69002", "Lyon", "FR"),
        StagedShopper("Tomasz Wilk", "tomasz@shopper.example", "Torstraße 80", "10119", "Berlin", "DE"),
        StagedShopper("Camille Petit", "camille@shopper.example", "3 quai de Bourbon", "75004", "Paris", "FR"),
        StagedShopper("Hanne Maes", "hanne@shopper.example", "Vrijdagmarkt 9", "2000", "Antwerpen", "BE"),
        StagedShopper("Maya Lindt", "maya@shopper.example", "Rua Augusta 21", "1100-048", "Lisboa", "PT"),
    ),
    products=_PRODUCTS,
    deliveries=(
        StagedDelivery("Standard, at your door", ("FR", "BE", "DE", "NL", "LU", "PT"), 490, 6000, (2, 4)),
        StagedDelivery("Express, tomorrow", ("FR", "BE", "DE"), 990, None, (1, 1)),
    ),
    tax_rates={"FR": 2000, "BE": 2100, "DE": 1900, "NL": 2100, "LU": 1700, "PT": 2300},
    past=_PAST,
    coming=_COMING,
    tonight=_TONIGHT,
)
