"""The table in which products travel: its columns, how a cell is read, how one is written.

Not here: what is done with the rows (services/imports.py, selectors/export.py).
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from catalog.errors import ImportRefused
from catalog.models import Product
from kernel.money import Money

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
REQUIRED = ("name", "sku", "price")
COLUMNS = ("name", "sku", "variant", "price", "compare_at", "stock", "detail", "description", "collections", "status")
_LENGTHS = {"name": 120, "sku": 60, "variant": 60, "detail": 120, "description": 20_000}
# A spreadsheet runs a cell that begins like this. Such cells leave with an apostrophe in front and
# come back without it.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DECIMAL = re.compile(r"\d{1,9}([.,]\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what it needs. `row` is the line in the file; the header is 1."""

    row: int
    column: str
    value: str
    needs: str


@dataclass(slots=True)
class Row:
    """One line: a variant and the product it belongs to. None where the cell was empty."""

    number: int
    cells: dict[str, str]
    name: str = ""
    sku: str = ""
    variant: str = ""
    price: Money | None = None
    compare_at_minor: int | None = None
    stock: int | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def product_key(self) -> str:
        """Rows of one name, in any case, are variants of one product."""
        return self.name.casefold()

    @property
    def collections(self) -> list[str] | None:
        return self.cells["collections"].split("|") if self.cells["collections"] else None


def decode(content: bytes) -> str:
    """The file's text. Raises ImportRefused for one that is too large or not UTF-8."""
    if len(content) > MOST_BYTES:
        raise ImportRefused(param="file", reason=f"The file is larger than {MOST_BYTES >> 20} MB. Split it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportRefused(param="file", reason="The file is not UTF-8. Save it as CSV, UTF-8.") from None


def read_rows(text: str, currency: str) -> list[Row]:
    """All lines, each with its faults. Raises ImportRefused when the header or the size is wrong."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        _check_header(header)
        rows: list[Row] = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MOST_ROWS:
                raise ImportRefused(param="file", reason=f"The file has more than {MOST_ROWS} rows. Split it.")
            rows.append(_read(reader.line_num, header, cells, currency))
    except csv.Error as error:
        raise ImportRefused(param="file", reason=f"Line {reader.line_num} cannot be read: {error}.") from None
    if not rows:
        raise ImportRefused(param="file", reason="The file has a header and no rows.")
    _find_repeats(rows)
    return rows


def write_rows(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as CSV, with no cell that a spreadsheet would run."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    names = list(columns)
    writer.writerow(names)
    for row in rows:
        writer.writerow([guarded(str(row.get(name, ""))) for name in names])
    return target.getvalue()


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def amount(money: Money) -> str:
    """46.00: the amount as the price column wants it."""
    return str(Decimal(money.minor).scaleb(-money.exponent))


def _check_header(header: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing:
        raise ImportRefused(param="file", reason=f"The first line lacks the columns {', '.join(missing)}.")
    if unknown or len(set(header)) != len(header):
        names = ", ".join(name[:40] or "(empty)" for name in unknown) or "one twice"
        raise ImportRefused(
            param="file", reason=f"The first line has {names}. Columns that are read: {', '.join(COLUMNS)}."
        )


def _read(number: int, header: list[str], cells: list[str], currency: str) -> Row:
    values = dict.fromkeys(COLUMNS, "")
    values.update({name: _unguarded(cell.strip()) for name, cell in zip(header, cells, strict=False)})
    row = Row(number=number, cells=values, name=" ".join(values["name"].split()), variant=values["variant"])
    row.sku = values["sku"]

    def fault(column: str, needs: str) -> None:
        row.faults.append(Fault(number, column, values[column][:80], needs))

    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        row.faults.append(Fault(number, "", "", "As many cells as the first line; put text with commas in quotes"))
    for column, most in _LENGTHS.items():
        if len(values[column]) > most:
            fault(column, f"At most {most} characters")
    if not row.name:
        fault("name", "A name")
    if not re.fullmatch(r"[!-~]+", row.sku):
        fault("sku", "A code in letters, digits and signs, without spaces")
    row.price = _money(values["price"], currency)
    if row.price is None or row.price.minor == 0:
        fault("price", f"A number above zero, such as {amount(Money(4600, currency))}")
    if values["compare_at"]:
        compare = _money(values["compare_at"], currency)
        if compare is None or (row.price and compare.minor <= row.price.minor):
            fault("compare_at", "A number above the price, or nothing")
        else:
            row.compare_at_minor = compare.minor
    if values["stock"]:
        if re.fullmatch(r"\d{1,6}", values["stock"]):
            row.stock = int(values["stock"])
        else:
            fault("stock", "Zero or more")
    if values["status"] not in ("", *Product.Status.values):
        fault("status", f"One of {', '.join(Product.Status.values)}, or nothing")
    return row


def _find_repeats(rows: list[Row]) -> None:
    """A code, and a variant's name within a product, may stand in one line only."""
    codes: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for row in rows:
        first = codes.setdefault(row.sku, row.number)
        if row.sku and first != row.number:
            row.faults.append(Fault(row.number, "sku", row.sku[:80], f"Its own code: row {first} uses this one"))
            continue
        first = names.setdefault((row.product_key, row.variant), row.number)
        if row.name and first != row.number:
            needs = f"Its own name: row {first} is this variant of {row.name}"
            row.faults.append(Fault(row.number, "variant", row.variant, needs))


def _money(text: str, currency: str) -> Money | None:
    if not _DECIMAL.fullmatch(text):
        return None
    exponent = Money(0, currency).exponent
    try:
        minor = Decimal(text.replace(",", ".")).scaleb(exponent)
    except InvalidOperation:
        return None
    return Money(int(minor), currency) if minor == int(minor) else None


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell
