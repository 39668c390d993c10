"""The studio's Settings: members and invitations, domains, API keys, the brand's details.

Not here: who may open them (test_studio_door).
"""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.test import Client

from kernel import clock
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context, public_context
from tenants.errors import AccountExists, DomainInvalid, DomainTaken, InvitationGone, LastOwner
from tenants.models import ApiKey, Brand, Domain, Invitation, Member, Role, User
from tenants.selectors import brand_by_host, forget_hosts
from tenants.services import members
from tenants.services.domains import CLAIM_LIFETIME, add_domain
from tenants.services.members import (
    accept_invitation,
    change_role,
    from_address,
    invitation_token,
    invite_member,
    remove_member,
)
from tenants.tasks import mail_invitation
from tests.conftest import PASSWORD
from tests.tenants.browsing import body, sign_in, studio

MEMBERS = "/studio/settings/members/"


def member(brand: Brand, role: str) -> Member:
    return Member.objects.get(brand=brand, user__email=f"{role}@{brand.slug}.test")


def invite(brand: Brand, email: str = "noor@orme.test", role: Role = Role.HOST) -> Invitation:
    with brand_context(brand):
        return invite_member(
            brand=brand, email=email, role=role, invited_by=member(brand, "owner").user, actor="member:x"
        )


def test_an_invitation_is_mailed_and_its_link_makes_the_account(aurora: Brand) -> None:
    answer = studio("owner", aurora).post(MEMBERS, {"email": "noor@orme.test", "role": "host"})
    assert answer.status_code == 302
    with brand_context(aurora):
        mail_invitation.run(str(Invitation.objects.get().pk))
    letter = mail.outbox[0]
    assert letter.to == ["noor@orme.test"]
    assert letter.from_email.startswith("Aurora <")
    assert "owner asks you to join Aurora as host." in letter.body
    link = re.search(r"http://aurora\.localhost(?::\d+)?(/join/\S+)", str(letter.body))
    assert link

    guest = Client(HTTP_HOST="aurora.localhost", HTTP_ACCEPT="text/html")
    assert "Join Aurora" in body(guest.get(link[1]))
    weak = guest.post(link[1], {"name": "Noor Haddad", "password": "short"})
    assert weak.status_code == 422
    assert "too short" in body(weak)
    assert guest.post(link[1], {"name": "Noor Haddad", "password": PASSWORD})["Location"] == "/studio/"
    assert "noor@orme.test, host of Aurora" in body(guest.get("/studio/account/"))
    assert Client(HTTP_HOST="aurora.localhost", HTTP_ACCEPT="text/html").get(link[1]).status_code == 410


def test_who_has_an_account_signs_in_and_joins(aurora: Brand, fjord: Brand) -> None:
    link = f"/join/{invitation_token(invite(aurora, 'host@fjord.test'))}/"
    guest = Client(HTTP_HOST="aurora.localhost", HTTP_ACCEPT="text/html")
    assert "Sign in and join" in body(guest.get(link))
    guest.post(link, {"name": "Thief", "password": "another password here"})
    assert not Member.objects.filter(brand=aurora, user__email="host@fjord.test").exists()
    known = sign_in("host@fjord.test", "aurora.localhost")
    assert known.post(link)["Location"] == "/studio/"
    assert Member.objects.get(brand=aurora, user__email="host@fjord.test").role == "host"


def test_somebody_else_who_is_signed_in_cannot_take_the_seat(aurora: Brand) -> None:
    link = f"/join/{invitation_token(invite(aurora, role=Role.OWNER))}/"
    moderator = studio("moderator", aurora)
    assert "Sign out first" in body(moderator.get(link))
    moderator.post(link)
    assert member(aurora, "moderator").role == "moderator"


def test_a_link_of_another_brand_an_old_and_a_withdrawn_one_open_nothing(
    aurora: Brand, fjord: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(aurora)
    token = invitation_token(invitation)
    assert Client(HTTP_HOST="fjord.localhost").get(f"/join/{token}/").status_code == 410
    with monkeypatch.context() as later:
        later.setattr(members, "INVITATION_LIFETIME", dt.timedelta(seconds=-1))
        with pytest.raises(InvitationGone):
            accept_invitation(brand=aurora, token=token, user=None, name="x", password=PASSWORD)
    studio("owner", aurora).post(f"/studio/settings/invitations/{invitation.public_id}/")
    assert Client(HTTP_HOST="aurora.localhost").get(f"/join/{token}/").status_code == 410


def test_asking_twice_keeps_one_invitation_with_the_new_role(aurora: Brand) -> None:
    assert invite(aurora).pk == invite(aurora, "NOOR@orme.test", Role.MODERATOR).pk
    assert Invitation.objects.get().role == "moderator"
    answer = studio("owner", aurora).post(MEMBERS, {"email": "host@aurora.test", "role": "owner"})
    assert "works for this brand already" in body(answer)


def test_roles_change_and_people_leave(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    host = member(aurora, "host")
    hosts_browser = studio("host", aurora)
    owner.post(f"{MEMBERS}{host.public_id}/", {"role": "owner"})
    assert hosts_browser.get(MEMBERS).status_code == 200
    owner.post(f"{MEMBERS}{host.public_id}/", {"remove": "1"})
    assert hosts_browser.get(MEMBERS).status_code == 403
    assert User.objects.filter(email="host@aurora.test").exists()


def test_the_last_owner_stays(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    own = member(aurora, "owner")
    for form in ({"role": "host"}, {"remove": "1"}):
        answer = owner.post(f"{MEMBERS}{own.public_id}/", form, follow=True)
        assert "A brand needs an owner." in body(answer)
    assert member(aurora, "owner").role == "owner"


def test_two_owners_who_demote_each_other_at_once_leave_one(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with public_context():
        pair = [member(brand, "owner"), member(brand, "host")]
        Member.objects.filter(pk=pair[1].pk).update(role=Role.OWNER)

    def demote(one: Member) -> str:
        try:
            with brand_context(brand):
                change_role(brand=brand, member_id=one.pk, role=Role.HOST, actor="member:x")
        except LastOwner:
            return "refused"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pair)) == ["done", "refused"]
    with public_context():
        assert Member.objects.filter(brand=brand, role=Role.OWNER).count() == 1


def test_a_member_of_another_brand_is_out_of_reach(aurora: Brand, fjord: Brand) -> None:
    foreign = member(fjord, "host")
    owner = studio("owner", aurora)
    assert owner.post(f"{MEMBERS}{foreign.public_id}/", {"remove": "1"}).status_code == 404
    assert owner.post(f"{MEMBERS}{foreign.public_id}/", {"role": "owner"}).status_code == 404
    assert member(fjord, "host").role == "host"
    with brand_context(aurora), pytest.raises(Exception, match="nothing at this address"):
        remove_member(brand=aurora, member_id=foreign.pk, actor="member:x")


def test_a_domain_is_noted_and_serves_nothing_before_it_is_proven(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    answer = owner.post("/studio/settings/domains/", {"name": "Live.Orme.example."}, follow=True)
    domain = Domain.objects.get(domain="live.orme.example")
    assert domain.verified_at is None
    assert not domain.is_primary
    assert "Not verified yet" in body(answer)
    assert f"vt-proof={domain.token}" in body(answer)
    forget_hosts()
    assert brand_by_host("live.orme.example") is None
    owner.post("/studio/settings/domains/", {"remove": "live.orme.example"})
    assert not Domain.objects.filter(domain="live.orme.example").exists()


def test_the_sub_domain_and_other_brands_domains_cannot_be_removed(aurora: Brand, fjord: Brand) -> None:
    owner = studio("owner", aurora)
    for name in ("aurora.localhost", "fjord.localhost"):
        assert owner.post("/studio/settings/domains/", {"remove": name}).status_code == 404
    assert Domain.objects.filter(domain__in=["aurora.localhost", "fjord.localhost"]).count() == 2


def test_a_domain_belongs_to_one_brand_but_a_stale_claim_gives_way(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        add_domain(brand=aurora, name="shop.orme.example", actor="member:x")
    with brand_context(fjord):
        with pytest.raises(DomainTaken):
            add_domain(brand=fjord, name="shop.orme.example", actor="member:x")
        Domain.objects.filter(domain="shop.orme.example").update(
            claimed_at=clock.now() - CLAIM_LIFETIME - dt.timedelta(minutes=1)
        )
        assert add_domain(brand=fjord, name="shop.orme.example", actor="member:x").tenant_id == fjord.pk


@pytest.mark.parametrize(
    "name", ["localhost", "x.localhost", "orme", "http://orme.example", "orme.example:80", "10.0.0.1", "a..b", ""]
)
def test_what_is_no_host_of_ones_own_is_refused(aurora: Brand, name: str) -> None:
    with brand_context(aurora), pytest.raises(DomainInvalid):
        add_domain(brand=aurora, name=name, actor="member:x")


def new_key(brand: Brand, *scopes: str) -> str:
    page = body(studio("owner", brand).post("/studio/settings/keys/", {"name": "Warehouse", "scopes": list(scopes)}))
    found = re.search(r"<code>(vt_[^<]+)</code>", page)
    assert found, page
    return found[1]


def test_a_key_is_shown_once_and_kept_as_a_fingerprint(aurora: Brand) -> None:
    text = new_key(aurora, "shows:read")
    secret = text.split("_", 3)[3]
    key = ApiKey.objects.get(brand=aurora)
    assert secret not in key.secret_hash
    assert len(key.secret_hash) == 64
    later = body(studio("owner", aurora).get("/studio/settings/keys/"))
    assert secret not in later
    assert f"vt_{key.prefix}_…" in later


def test_a_key_opens_what_its_scopes_say_on_its_own_host_until_it_is_revoked(aurora: Brand, fjord: Brand) -> None:
    text = new_key(aurora, "shows:read")

    def call(host: str, path: str) -> int:
        browser = Client(HTTP_HOST=host)
        return browser.get(path, headers={"Authorization": f"Bearer {text}"}).status_code

    assert call("aurora.localhost", "/api/v1/shows/") == 200
    assert call("aurora.localhost", "/api/v1/products/") == 403
    assert call("fjord.localhost", "/api/v1/shows/") == 401
    key = ApiKey.objects.get(brand=aurora)
    assert studio("owner", fjord).post(f"/studio/settings/keys/{key.public_id}/").status_code == 404
    studio("owner", aurora).post(f"/studio/settings/keys/{key.public_id}/")
    assert call("aurora.localhost", "/api/v1/shows/") == 401


def test_a_key_without_a_scope_or_with_an_unknown_one_is_not_made(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    for scopes in ([], ["everything"]):
        assert owner.post("/studio/settings/keys/", {"name": "x", "scopes": scopes}).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_brands_details_are_kept(aurora: Brand) -> None:
    details = {
        "name": "Aurora Skincare",
        "contact_email": "hello@aurora.test",
        "country": "FR",
        "currency": "CHF",
        "language": "fr",
        "time_zone": "Europe/Paris",
    }
    owner = studio("owner", aurora)
    assert owner.post("/studio/settings/brand/", details).status_code == 302
    brand = Brand.objects.get(pk=aurora.pk)
    assert {name: getattr(brand, name) for name in details} == details
    assert owner.post("/studio/settings/brand/", details | {"currency": "XXX"}).status_code == 422


def test_who_made_and_who_revoked_a_key_stands_in_the_log(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    owner.post("/studio/settings/keys/", {"name": "Shop", "scopes": ["orders:read"]})
    owner.post(f"/studio/settings/keys/{ApiKey.objects.get(brand=aurora).public_id}/")
    with brand_context(aurora):
        rows = EventRecord.objects.filter(type__startswith="api_key.").order_by("id").values_list("type", "actor")
        who = f"member:{member(aurora, 'owner').public_id}"
        assert list(rows) == [("api_key.created", who), ("api_key.revoked", who)]


def test_an_account_that_was_made_a_moment_before_is_no_defect(aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation = invite(aurora)
    User.objects.create_user("Noor@orme.test", PASSWORD)
    with brand_context(aurora), pytest.raises(AccountExists):
        accept_invitation(brand=aurora, token=invitation_token(invitation), user=None, name="Noor", password=PASSWORD)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


@pytest.mark.parametrize("name", ["Fjord\\", 'The "best" shop', "Two\nlines", "Ærø"])
def test_any_name_of_a_brand_may_stand_before_the_senders_address(aurora: Brand, name: str) -> None:
    aurora.name = name
    message = mail.EmailMessage("x", "x", from_address(aurora), ["a@b.test"]).message()
    shown, address = parseaddr(str(make_header(decode_header(message["From"]))))
    assert (shown, address) == (" ".join(name.split()), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
