"""Every variable that an operator may set: its kind, default and meaning, read once and checked.

Not here: what the settings do with them. `docs/reference/settings.md` and `.env.example` are made
from this table, and a test keeps them in step.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. `choices` closes the set of values; `secret` may also come from `<NAME>_FILE`."""

    name: str
    default: str | None
    meaning: str
    choices: tuple[str, ...] = ()
    secret: bool = False
    kind: str = "text"  # text, number, basis_points, yes_no, url


VARIABLES = (
    Variable(
        "VITRINE_ENV", "development", "What this process is part of.", ("development", "test", "demo", "production")
    ),
    Variable("VITRINE_SECRET_KEY", None, "Signs cookies and tokens. At least 50 random characters.", secret=True),
    Variable(
        "VITRINE_PLATFORM_URL",
        "http://localhost:8000",
        "Where the platform's own site is. Brands live on sub-domains of it.",
        kind="url",
    ),
    Variable(
        "VITRINE_LOCAL_DIR",
        str(BASE_DIR / ".local" / "development"),
        "Folder for uploads, live segments and other state.",
    ),
    Variable("VITRINE_TRUSTED_PROXIES", "0", "How many proxies stand in front and set X-Forwarded-*.", kind="number"),
    Variable(
        "VITRINE_DRAIN_SECONDS",
        "30",
        "How long a web process that is asked to end (SIGTERM) takes to send its sockets elsewhere, a few at a time. "
        "0: it ends at once, which is right where it is the only one.",
        kind="number",
    ),
    Variable("DATABASE_URL", None, "PostgreSQL 16 or newer, postgresql://user:password@host:port/name.", secret=True),
    Variable("REDIS_URL", None, "Redis 6.2 or newer, or Valkey: redis://host:port/0 or unix:///path.", secret=True),
    Variable("VITRINE_DATABASE_POOL", "10", "Most connections to PostgreSQL that one process keeps.", kind="number"),
    Variable(
        "EMAIL_URL",
        "console://",
        "console:// prints mails, memory:// keeps them, smtp://user:password@host:port sends them, smtps:// likewise.",
        secret=True,
    ),
    Variable("VITRINE_MAIL_FROM", "Vitrine <shows@localhost>", "The sender of mails."),
    Variable(
        "STRIPE_SECRET_KEY", "", "Stripe's secret key, sk_…. Without it payments go to the sandbox server.", secret=True
    ),
    Variable("STRIPE_PUBLISHABLE_KEY", "", "Stripe's publishable key, pk_…."),
    Variable("STRIPE_WEBHOOK_SECRET", "", "Signing secret of the platform's webhook, whsec_….", secret=True),
    Variable("STRIPE_API_BASE", "", "Another address than Stripe's, for the sandbox server.", kind="url"),
    Variable("STRIPE_JS_URL", "https://js.stripe.com/v3/", "The script that draws the payment fields.", kind="url"),
    Variable(
        "VITRINE_BRAND_ACCOUNTS",
        "optional",
        "Whether each brand is paid on an account of its own at Stripe (Connect). required: buyers cannot pay before "
        "it is set up; optional: until one is begun, they pay to the platform's account, which suits a single brand.",
        ("optional", "required"),
    ),
    Variable(
        "VITRINE_PLATFORM_FEE_BASIS_POINTS",
        "0",
        "The platform's part of each payment on a brand's own account, in hundredths of a percent: 200 is 2 %. "
        "The platform's admin can set another one for a brand.",
        kind="basis_points",
    ),
    Variable("S3_BUCKET", "", "Bucket for uploads and recordings. Empty: files stay in VITRINE_LOCAL_DIR."),
    Variable("S3_ENDPOINT_URL", "", "Address of an S3-compatible store; empty for Amazon's.", kind="url"),
    Variable("S3_REGION", "us-east-1", "Region of the bucket."),
    Variable("S3_ACCESS_KEY_ID", "", "Key id for the bucket."),
    Variable("S3_SECRET_ACCESS_KEY", "", "Secret for the bucket.", secret=True),
    Variable(
        "VITRINE_RTMP_URL", "rtmp://localhost:1935/live", "Where encoders send to, as shown in the studio.", kind="url"
    ),
    Variable(
        "VITRINE_RTMP_PULL_URL", "rtmp://127.0.0.1:1935/live", "Where the media engine fetches a broadcast.", kind="url"
    ),
    Variable("VITRINE_RTMP_PULL_TOKEN", "", "Shared by the RTMP server and the media engine.", secret=True),
    Variable("VITRINE_INGEST_HOOK_SECRET", "", "Signs the RTMP server's questions to the application.", secret=True),
    Variable(
        "VITRINE_ROOM_TAP",
        "auto",
        "Whether frames to viewers go straight to the server's transport where a test at the first socket has shown "
        "that this gives the same bytes; off: always by the server's own way.",
        ("auto", "off"),
    ),
    Variable(
        "VITRINE_ROOM_DEFLATE",
        "off",
        "Whether frames to viewers are compressed, once for all of them: a seventh of the bytes of a busy chat. Needs "
        "the tap and uvicorn with --ws chat.tap.sockets:RoomProtocol; with uvicorn's own protocol a third.",
        ("on", "off"),
    ),
    Variable(
        "VITRINE_ROOM_TICK_MS",
        "50",
        "Least milliseconds between two frames of a room that is busy; what comes meanwhile shares the next one. "
        "Urgent events never wait. Large rooms wait longer by themselves.",
        kind="number",
    ),
    Variable(
        "VITRINE_ROOM_SOCKETS_PER_ADDRESS",
        "500",
        "Most open sockets of viewers without a name from one public address (IPv6: one /64), per brand and process. "
        "0: any number.",
        kind="number",
    ),
    Variable(
        "VITRINE_CHAT_MODERATION",
        "chat.automod.judge",
        "Dotted name of the function that judges each line of a chat: takes a chat.automod.Candidate, returns a "
        "Verdict, or None to leave it to the built-in rules, within 0.25 s. chat.automod.allow has no rules.",
    ),
    Variable(
        "VITRINE_TAX_SERVICE",
        "checkout.taxes.table_tax",
        "Dotted name of the function that reckons the tax of an order: takes a checkout.taxes.TaxQuestion, returns "
        "a TaxAnswer. The default reads the brand's own table of countries and regions.",
    ),
    Variable("VITRINE_LOG_FORMAT", "console", "How log lines look.", ("console", "json")),
    Variable("VITRINE_LOG_LEVEL", "INFO", "The least level that is logged.", ("DEBUG", "INFO", "WARNING", "ERROR")),
    Variable("VITRINE_VITE_ORIGIN", "", "Vite's development server; empty: the built files.", kind="url"),
)
_BY_NAME = {variable.name: variable for variable in VARIABLES}
# What has a stand-in for development and none in production.
REQUIRED_IN_PRODUCTION = (
    "STRIPE_SECRET_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "VITRINE_INGEST_HOOK_SECRET",
    "VITRINE_RTMP_PULL_TOKEN",
)
# Read by `./vitrine` itself, before Django.
LAUNCHER_VARIABLES = ("VITRINE_PYTHON",)


def read(environ: Mapping[str, str]) -> dict[str, str]:
    """All variables with their defaults. Raises ImproperlyConfigured naming each wrong one: unknown
    VITRINE_* names, values outside the choices, missing ones, broken URLs and numbers."""
    faults = [
        f"{name} is not a setting; known are: {', '.join(sorted(_BY_NAME))}"
        for name in environ
        if name.startswith("VITRINE_") and name.removesuffix("_FILE") not in _BY_NAME and name not in LAUNCHER_VARIABLES
    ]
    values: dict[str, str] = {}
    production = environ.get("VITRINE_ENV") == "production"
    for variable in VARIABLES:
        value = _value(variable, environ)
        fault = "must be set" if value is None else _fault(variable, value, production=production)
        if fault:
            faults.append(f"{variable.name} {fault}. {variable.meaning}")
        values[variable.name] = value or ""
    if faults:
        raise ImproperlyConfigured("Settings refused:\n  " + "\n  ".join(faults))
    return values


def _value(variable: Variable, environ: Mapping[str, str]) -> str | None:
    file = environ.get(f"{variable.name}_FILE") if variable.secret else None
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return environ.get(variable.name, variable.default)


def _fault(variable: Variable, value: str, *, production: bool) -> str:
    if production and variable.name in REQUIRED_IN_PRODUCTION and not value:
        return "must be set in production"
    if variable.name == "VITRINE_SECRET_KEY" and len(value) < 50:
        return "must have at least 50 characters"
    if variable.choices and value not in variable.choices:
        return f"is {value!r}, but must be one of {', '.join(variable.choices)}"
    if variable.kind == "number" and not value.isdigit():
        return f"is {value!r}, but must be a whole number"
    if variable.kind == "basis_points" and not (value.isdigit() and int(value) <= 10_000):
        return f"is {value!r}, but must be a whole number from 0 to 10000"
    if variable.kind == "url" and value and not (urlsplit(value).scheme and urlsplit(value).hostname):
        return f"is {value!r}, but must be a whole URL"
    return ""


ENV = read(os.environ)
ENVIRONMENT = ENV["VITRINE_ENV"]
IS_PRODUCTION = ENVIRONMENT == "production"
LOCAL_DIR = Path(ENV["VITRINE_LOCAL_DIR"])
