"""Files of products: checked row by row, shown, then imported row by row, surviving a killed process.

Not here: how cells are read (product_rows) and the way out (selectors/export.py).
"""

import uuid
from dataclasses import asdict

from django.db import transaction

from catalog.errors import ImportNotFound, ImportStepRefused, SkuTaken
from catalog.events import ImportFinished
from catalog.models import ImportRun, Product, Stock, Variant
from catalog.product_rows import COLUMNS, Fault, Row, decode, read_rows, write_rows
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, add_variant, create_product, update_product
from catalog.services.stock import correct_stock
from kernel import clock
from kernel.errors import Problem
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import lock_timeout
from kernel.tasks import send_on_commit

AT_ONCE = 200  # rows that a request imports by itself; more are left to a task
STEP = 100  # rows of one task


def check_import(*, file_name: str, content: bytes, currency: str, actor: str) -> ImportRun:
    """Read a file and keep it with what is wrong in it. Nothing is imported yet.

    Raises ImportRefused for a file that cannot be read as a whole.
    """
    text = decode(content)
    rows = read_rows(text, currency)
    _find_foreign_codes(rows)
    faults = [fault for row in rows for fault in row.faults]
    return ImportRun.objects.create(
        file_name=file_name[:120],
        content=text,
        currency=currency,
        rows=len(rows),
        good_rows=sum(not row.faults for row in rows),
        faults=[asdict(fault) for fault in faults],
        actor=actor,
    )


def start_import(*, run_id: uuid.UUID) -> ImportRun:
    """Import the good rows of a checked file: a small one here and now, a large one by tasks. What a
    killed process leaves is taken up by `resume_imports`.

    Raises ImportNotFound, ImportStepRefused: a file is imported once.
    """
    from catalog.tasks import go_on_importing  # that module imports this one

    with transaction.atomic():
        run = _step(run_id, ImportRun.Status.RUNNING)
        if run.good_rows > AT_ONCE:
            send_on_commit(go_on_importing, str(run_id))
    if run.good_rows <= AT_ONCE:
        while import_step(run_id=run_id):
            pass
    run.refresh_from_db()
    return run


def resume_imports() -> int:
    """Take one step of every import that runs: what lost its message still arrives. Returns how many."""
    running = list(ImportRun.objects.filter(status=ImportRun.Status.RUNNING).values_list("pk", flat=True))
    for run_id in running:
        import_step(run_id=run_id)
    return len(running)


@transaction.atomic
def discard_import(*, run_id: uuid.UUID) -> ImportRun:
    """Forget a checked file. Raises ImportNotFound, ImportStepRefused."""
    ImportRun.objects.filter(pk=run_id, status=ImportRun.Status.CHECKED).update(content="")
    return _step(run_id, ImportRun.Status.DISCARDED)


def import_step(*, run_id: uuid.UUID) -> bool:
    """Import the next rows, each in a transaction of its own with how far it came. True when more are left.

    A row that cannot be saved is written down as a fault and the others go on. Killed in between, it
    goes on behind the last row that was saved; run twice at once, each row is imported by one of them.
    One row a transaction, so that buyers of a thing wait for its row alone, and no import can hold the
    stock of one thing while it waits for another's. Raises ImportNotFound.
    """
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound
    if run.status != ImportRun.Status.RUNNING:
        return False
    rows = [row for row in read_rows(run.content, run.currency) if not _is_faulty(run, row)]
    ahead = [row for row in rows if row.number > run.next_row]
    for row in ahead[:STEP]:
        _import_next(run_id, row)
    if len(ahead) > STEP:
        return True
    _finish(run_id)
    return False


def broken_rows(run: ImportRun) -> str:
    """The rows that were not imported, as a file to put right: the same columns and what each needs."""
    if run.status == ImportRun.Status.FINISHED:
        return run.content
    return _broken_rows(run)


def _broken_rows(run: ImportRun) -> str:
    needs: dict[int, list[str]] = {}
    for fault in run.faults:
        needs.setdefault(fault["row"], []).append(f"{fault['column']}: {fault['needs']}")
    rows = [row for row in read_rows(run.content, run.currency) if row.number in needs]
    return write_rows([*COLUMNS, "needs"], ({**row.cells, "needs": "; ".join(needs[row.number])} for row in rows))


@transaction.atomic
def _finish(run_id: uuid.UUID) -> None:
    """End the run, once. Locks its row."""
    run = _locked_run(run_id)
    if run.status != ImportRun.Status.RUNNING:
        return
    run.content = _broken_rows(run)
    run.status = ImportRun.Status.FINISHED
    run.finished_at = clock.now()
    refused = len({fault["row"] for fault in run.faults})
    event = ImportFinished(
        import_id=run.public_id, rows=run.rows, created=run.created, updated=run.updated, refused=refused
    )
    run.save()
    append(event, topic=SHOP_TOPIC, actor=run.actor)


@transaction.atomic
def _import_next(run_id: uuid.UUID, row: Row) -> None:
    """Import one row and note that it is done; nothing when it was. Locks the run's row, then the
    product's, the variant's and the stock's."""
    run = _locked_run(run_id)
    if run.status != ImportRun.Status.RUNNING or run.next_row >= row.number:
        return
    _import_noting_faults(run, row)
    run.next_row = row.number
    run.save(update_fields=["created", "updated", "faults", "next_row"])


def _locked_run(run_id: uuid.UUID) -> ImportRun:
    with lock_timeout(10_000):
        return ImportRun.objects.select_for_update().defer("content").get(pk=run_id)


def _import_noting_faults(run: ImportRun, row: Row) -> None:
    try:
        with transaction.atomic():
            is_new = _import(row, run.actor)
    except Problem as problem:
        column = problem.param if problem.param in COLUMNS else "name"
        run.faults.append(asdict(Fault(row.number, column, row.cells[column][:80], problem.detail)))
        return
    if is_new:
        run.created += 1
    else:
        run.updated += 1


def _import(row: Row, actor: str) -> bool:
    """Make or change the variant of one row. True when the variant is new."""
    variant = Variant.objects.select_related("product").filter(sku=row.sku).first()
    if variant is not None:
        if variant.product.name.casefold() != row.product_key:
            raise SkuTaken(param="sku", sku=row.sku, product=variant.product.name)
        _change(variant, row, actor)
        return False
    new = NewVariant(
        sku=row.sku,
        name=row.variant,
        price=row.price,
        compare_at_minor=row.compare_at_minor,
        stock=row.stock or 0,
    )
    product = Product.objects.filter(name__iexact=row.name).first()
    if product is None:
        create_product(
            name=row.name,
            variants=[new],
            detail=row.cells["detail"],
            description=row.cells["description"],
            status=row.cells["status"] or Product.Status.DRAFT,
            collections=row.collections or [],
            actor=actor,
        )
    else:
        add_variant(product_id=product.pk, new=new, position=product.variants.count(), actor=actor)
    return True


def _change(variant: Variant, row: Row, actor: str) -> None:
    """An empty cell leaves what is there. `stock` says how many are free; held and sold units stay."""
    status = row.cells["status"]
    update_product(
        product_id=variant.product_id,
        name=row.name,
        detail=row.cells["detail"] or None,
        description=row.cells["description"] or None,
        status=status or None,
        collections=row.collections,
        actor=actor,
    )
    if row.price is not None:
        set_price(variant_id=variant.pk, price=row.price, compare_at_minor=row.compare_at_minor, actor=actor)
    if row.stock is not None:
        with lock_timeout():
            stock = Stock.objects.select_for_update().get(pk=variant.pk)
        total = row.stock + stock.held + stock.sold
        correct_stock(variant_id=variant.pk, total=total, reason="Imported", actor=actor)


def _find_foreign_codes(rows: list[Row]) -> None:
    """Codes that belong to another product already, in one query."""
    owners = {
        variant.sku: variant.product
        for variant in Variant.objects.select_related("product").filter(sku__in=[row.sku for row in rows])
    }
    for row in rows:
        owner = owners.get(row.sku)
        if owner and owner.name.casefold() != row.product_key:
            needs = f"Its own code: {owner.name} already uses this one"
            row.faults.append(Fault(row.number, "sku", row.sku, needs))


def _is_faulty(run: ImportRun, row: Row) -> bool:
    return bool(row.faults) or any(fault["row"] == row.number for fault in run.faults)


def _step(run_id: uuid.UUID, to: ImportRun.Status) -> ImportRun:
    moved = ImportRun.objects.filter(pk=run_id, status=ImportRun.Status.CHECKED).update(status=to)
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise ImportNotFound
    if not moved:
        raise ImportStepRefused(import_status=run.status)
    return run
