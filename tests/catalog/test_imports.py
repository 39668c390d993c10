"""Imports: every broken row is named with what it needs, the good ones arrive, killed ones go on."""

import csv
import io
from typing import Any

import pytest

from catalog import product_rows
from catalog.errors import ImportRefused, ImportStepRefused
from catalog.models import ImportRun, Price, Product, StockMove, Variant
from catalog.selectors import verify_stock
from catalog.selectors.export import export_products
from catalog.services import imports as services
from catalog.services.imports import broken_rows, check_import, discard_import, import_step, start_import
from catalog.services.stock import hold_stock
from catalog.tasks import go_on_importing, resume_stalled_imports
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_product, make_variant

HEADER = "name,sku,variant,price,compare_at,stock,detail,description,collections,status\n"


def check(text: str | bytes, currency: str = "EUR") -> ImportRun:
    content = text if isinstance(text, bytes) else text.encode()
    return check_import(file_name="winter.csv", content=content, currency=currency, actor=ACTOR)


def faults(run: ImportRun) -> list[tuple[int, str, str, str]]:
    return [(fault["row"], fault["column"], fault["value"], fault["needs"]) for fault in run.faults]


def many(number: int, stock: int = 1) -> str:
    return HEADER + "".join(f"Balm {n},BALM-{n},,29.00,,{stock},,,,active\n" for n in range(number))


def test_good_rows_arrive_and_broken_ones_are_named(in_aurora: Brand) -> None:
    make_product(name="Dawn Serum", sku="AUR-DS30")
    text = HEADER + (
        'Night Balm,NB-40,40 g,29.00,35.00,12,"For hands, and feet",<b>Oat</b><script>,Winter|Gifts,active\n'
        "Night Balm,NB-80,80 g,49,,,,,,\n"
        'Oat Cleanser,OC-20,,"46,oo",,3,,,,\n'
        "Linden Mist,AUR-DS30,,22.00,,1,,,,\n"
        "Rosehip Bar,RB-12,,12.00,,-4,,,,\n"
        "Rosehip Bar,NB-40,,12.00,12.00,,,,,sale\n"
    )
    run = check(text)
    assert (run.rows, run.good_rows, run.status) == (6, 2, "checked")
    assert faults(run) == [
        (4, "price", "46,oo", "A number above zero, such as 46.00"),
        (5, "sku", "AUR-DS30", "Its own code: Dawn Serum already uses this one"),
        (6, "stock", "-4", "Zero or more"),
        (7, "compare_at", "12.00", "A number above the price, or nothing"),
        (7, "status", "sale", "One of draft, active, archived, or nothing"),
        (7, "sku", "NB-40", "Its own code: row 2 uses this one"),
    ]
    assert Product.objects.count() == 1  # a check imports nothing
    done = start_import(run_id=run.pk)
    assert (done.status, done.created, done.updated) == ("finished", 2, 0)
    product = Product.objects.get(name="Night Balm")
    assert (product.status, product.detail, product.description) == ("active", "For hands, and feet", "Oat")
    assert sorted(product.collections.values_list("name", flat=True)) == ["Gifts", "Winter"]
    assert list(product.variants.values_list("sku", "name")) == [("NB-40", "40 g"), ("NB-80", "80 g")]
    price = Price.objects.get(variant__sku="NB-40")
    assert (price.minor, price.compare_at_minor, price.currency) == (2900, 3500, "EUR")
    assert not Product.objects.filter(name__in=["Oat Cleanser", "Rosehip Bar"]).exists()
    event = EventRecord.objects.get(type="import.finished")
    assert event.data == {"import_id": run.public_id, "rows": 6, "created": 2, "updated": 0, "refused": 4}
    broken = list(csv.DictReader(io.StringIO(broken_rows(done))))
    assert [row["sku"] for row in broken] == ["OC-20", "AUR-DS30", "RB-12", "NB-40"]
    assert broken[2]["stock"] == "'-4"  # a spreadsheet must not take it for a formula
    assert broken[2]["needs"] == "stock: Zero or more"


def test_an_import_runs_once(in_aurora: Brand) -> None:
    run = check(many(2))
    start_import(run_id=run.pk)
    for step in (start_import, discard_import):
        with pytest.raises(ImportStepRefused):
            step(run_id=run.pk)
    assert not import_step(run_id=run.pk)
    assert Variant.objects.count() == 2
    other = check(many(2))
    assert discard_import(run_id=other.pk).content == ""


def test_known_codes_are_changed_and_empty_cells_leave_what_is_there(in_aurora: Brand) -> None:
    product = make_product(name="Dawn Serum", sku="DS-30", price=4600, stock=10, detail="30 ml", collections=["A"])
    variant = product.variants.get()
    hold_stock(variant_id=variant.pk, quantity=4, reference="h")
    start_import(run_id=check("name,sku,price,stock\nDawn serum,DS-30,38.00,9\n").pk)
    product.refresh_from_db()
    assert (product.detail, product.status, product.collections.count()) == ("30 ml", "active", 1)
    assert Price.objects.get(variant=variant).minor == 3800
    stock = Variant.objects.get(pk=variant.pk).stock
    assert (stock.available, stock.held, stock.total) == (9, 4, 13)
    assert verify_stock().faults == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "lacks the columns name, sku, price"),
        (b"name,sku\nA,B\n", "lacks the columns price"),
        (b"name,sku,price,colour\nA,B,1,red\n", "has colour"),
        (b"name,sku,price,price\nA,B,1,1\n", "has one twice"),
        (b"name,sku,price\n\n", "no rows"),
        (b'name,sku,price\n"A,B,1\n', "cannot be read"),
        ("name,sku,price\nÄ,B,1\n".encode("latin-1"), "not UTF-8"),
        (b"x" * (product_rows.MOST_BYTES + 1), "larger than 2 MB"),
        (b"name,sku,price\n" + b"A,B,1\n" * 5001, "more than 5000 rows"),
    ],
)
def test_files_that_cannot_be_read_are_refused_whole(in_aurora: Brand, content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefused, match=reason):
        check(content)
    assert not ImportRun.objects.exists()


def test_spreadsheets_of_other_countries_are_read(in_aurora: Brand) -> None:
    run = check("\ufeffName;SKU;Price\r\nTasse;T-1;12,50\r\n")
    assert run.good_rows == 1
    start_import(run_id=run.pk)
    assert Price.objects.get(variant__sku="T-1").minor == 1250


def test_a_currency_without_cents_takes_none(in_aurora: Brand) -> None:
    run = check("name,sku,price\nCup,C-1,1200\nMug,M-1,12.50\n", currency="JPY")
    assert faults(run) == [(3, "price", "12.50", "A number above zero, such as 4600")]


def test_what_is_exported_can_be_imported_and_changes_nothing(in_aurora: Brand) -> None:
    product = make_product(name="=SUM(A1)", sku="-DS30", detail="+10 %", price=4650, compare_at_minor=5000, stock=7)
    make_product(name="Renamed", slug="an-old-name", description="<p>Two, three</p>", collections=["A", "B"])
    hold_stock(variant_id=product.variants.get().pk, quantity=2, reference="h")
    first = export_products("EUR")
    cells = [cell for row in csv.reader(io.StringIO(first)) for cell in row]
    assert "'=SUM(A1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    moves = StockMove.objects.count()
    done = start_import(run_id=check(first).pk)
    assert (done.updated, done.created, done.faults) == (2, 0, [])
    assert export_products("EUR") == first
    assert StockMove.objects.count() == moves


def test_a_row_that_fails_while_it_is_saved_does_not_stop_the_others(in_aurora: Brand) -> None:
    run = check(many(3))
    make_variant(sku="BALM-1")  # somebody took the code after the check
    done = start_import(run_id=run.pk)
    assert (done.created, len(done.faults)) == (2, 1)
    assert (done.faults[0]["row"], done.faults[0]["column"]) == (3, "sku")
    assert "BALM-1" in broken_rows(done)


def test_a_large_file_goes_on_in_steps_after_a_kill(in_aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 3)
    monkeypatch.setattr(services, "STEP", 4)
    run = start_import(run_id=check(many(10)).pk)
    assert (run.status, Variant.objects.count()) == ("running", 0)  # left to a task
    assert import_step(run_id=run.pk)
    assert Variant.objects.count() == 4

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(services, "append", killed)  # the last call of the step that finishes
        dying.setattr(services, "STEP", 99)
        with pytest.raises(SystemExit):
            import_step(run_id=run.pk)
    run.refresh_from_db()
    assert (run.created, Variant.objects.count(), run.status) == (10, 10, "running")  # each row stays
    app = go_on_importing.app
    app.conf.task_always_eager, before = True, app.conf.task_always_eager
    try:
        go_on_importing.delay(str(run.pk))
    finally:
        app.conf.task_always_eager = before
    run.refresh_from_db()
    assert (run.created, run.status, Variant.objects.count()) == (10, "finished", 10)
    assert verify_stock().faults == []


def test_an_import_that_lost_its_message_is_taken_up_again(in_aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    run = start_import(run_id=check(many(2)).pk)
    assert run.status == "running"
    app = resume_stalled_imports.app
    app.conf.task_always_eager, before = True, app.conf.task_always_eager
    try:
        resume_stalled_imports.delay()
    finally:
        app.conf.task_always_eager = before
    run.refresh_from_db()
    assert run.status == "finished"


def test_one_brands_file_is_no_other_brands(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        start_import(run_id=check(many(2)).pk)
    with brand_context(fjord):
        assert not Variant.objects.exists()
        assert start_import(run_id=check(many(2)).pk).created == 2
