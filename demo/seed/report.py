"""What the demo's programs need to know of the stage: seed.json in the state folder, readable for its owner alone.

Not here: how `./vitrine demo` reads it (launch.seed).
"""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from demo.seed.tonight import OnAir
from demo.stage import ADMIN_EMAIL, PASSWORD
from demo.stage.pieces import StagedBrand, StagedShow
from streams.models import Show
from tenants.models import ApiKey, Brand
from tenants.selectors import primary_address
from tenants.services.api_keys import create_api_key, revoke_api_key

_KEY_NAME = "Demo host"
_SCOPES = ["shows:read", "shows:write", "drops:read", "drops:write", "stock:read", "stock:write"]


def renew_key(brand: Brand) -> str:
    """A key for the scripted host. Its text is shown once, so that each start makes a new one."""
    for key in ApiKey.objects.filter(brand=brand, name=_KEY_NAME, revoked_at=None):
        revoke_api_key(key=key)
    return create_api_key(brand=brand, name=_KEY_NAME, scopes=_SCOPES, created_by=None)[1]


def brand_report(
    brand: Brand, staged: StagedBrand, *, key: str, past: Show, coming: Show, tonight: OnAir | None
) -> dict[str, Any]:
    """One brand's part."""
    return {
        "slug": staged.slug,
        "name": staged.name,
        "currency": staged.currency,
        "origin": primary_address(brand).base_url,
        "api_key": key,
        "products": [product.name for product in staged.products],
        "past": f"/live/{past.slug}/",
        "coming": f"/live/{coming.slug}/",
        "on_air": _on_air(staged.tonight, tonight) if staged.tonight and tonight else None,
        "members": [(person.role, person.email) for person in staged.people],
        "host": {"name": staged.host.first_name, "email": staged.host.email, "password": PASSWORD},
        "shoppers": [
            {
                "name": shopper.name,
                "email": shopper.email,
                "address": {
                    "line1": shopper.line1,
                    "postal_code": shopper.postal_code,
                    "city": shopper.city,
                    "country": shopper.country,
                },
            }
            for shopper in staged.shoppers
        ],
    }


def _on_air(piece: StagedShow, tonight: OnAir) -> dict[str, Any]:
    return {"id": tonight.show.public_id, "title": piece.title, "path": f"/live/{tonight.show.slug}/"}


def write_report(brands: list[dict[str, Any]], *, broadcasts: list[dict[str, str]], target: Path) -> None:
    """The whole file, replaced at once."""
    content = {
        "platform": settings.PLATFORM_URL,
        "addresses": _addresses(brands),
        "logins": _logins(brands),
        "broadcasts": broadcasts,
        "brands": brands,
    }
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    unfinished.replace(target)


def _addresses(brands: list[dict[str, Any]]) -> list[dict[str, str]]:
    entries = [("Platform", f"{settings.PLATFORM_URL}/")]
    for brand in brands:
        on_air = brand["on_air"]
        entries.append((f"{brand['name']}, {'live' if on_air else 'next show'}",
                        brand["origin"] + (on_air["path"] if on_air else brand["coming"])))  # fmt: skip
    for brand in brands:
        entries.append((f"{brand['name']}, replay", brand["origin"] + brand["past"]))
        entries.append((f"{brand['name']}, studio", f"{brand['origin']}/studio/"))
    entries.append(("Admin", f"{settings.PLATFORM_URL}/admin/"))
    entries.append(("API docs", f"{brands[0]['origin']}/api/docs/"))
    return [{"name": name, "url": url} for name, url in entries]


def _logins(brands: list[dict[str, Any]]) -> list[dict[str, str]]:
    people = [(f"{brand['name']}, {role}", email) for brand in brands for role, email in brand["members"]]
    people.append(("Admin", ADMIN_EMAIL))
    return [{"name": name, "email": email, "password": PASSWORD} for name, email in people]
