"""What can be refused around products, prices, stock, drops, images and imports.

Not here: how an error looks as an answer (kernel.problems).
"""

from kernel.errors import NotFound, Problem


class ProductNotFound(NotFound):
    message = "There is no such product. It may be archived, or belong to another brand."


class VariantNotFound(NotFound):
    message = "There is no such variant. Check the id; it may belong to another brand."


class DropNotFound(NotFound):
    message = "There is no such drop. Check the id; it may belong to another brand."


class ImportNotFound(NotFound):
    message = "There is no such import. Upload the file again."


class SoldOut(Problem):
    """`available` units are free, fewer than were asked for."""

    code = "sold_out"
    status = 409
    message = "Only {available} left, so {quantity} could not be kept. Ask for fewer, or come back later."


class LineFirst(SoldOut):
    """Units came back, and others have waited for them."""

    code = "line_first"
    message = "Others stand in line for this. Take your place: the next free one is offered in turn."


class ListNotOpen(Problem):
    """`list_state` says whether the list comes (none), is closed or was drawn."""

    code = "list_not_open"
    status = 409
    message = "Nobody can enter now. The list opens with the drop, or is closed already."


class PlaceTaken(Problem):
    """Another viewer came from the same device, or is the same customer."""

    code = "place_taken"
    status = 409
    message = "{by} has a place in this line already. There is one to a person."


class PlaceNotFound(NotFound):
    message = "You have no place in this line. It may have ended, or belong to another viewer."


class NotSoldOut(Problem):
    code = "not_sold_out"
    status = 409
    message = "This is not sold out, so there is nothing to wait for."


class DrawNotAnnounced(Problem):
    code = "draw_not_announced"
    status = 409
    message = "Announce the draw first: people enter it from then until it opens. Nothing was drawn."


class DrawNotFound(NotFound):
    message = "This drop has no draw. It gives its units first come, first held, or is not announced yet."


class StockShort(Problem):
    """The count says that so many units are not where the caller believes them to be."""

    code = "stock_short"
    status = 409
    message = "{found} units are {place}, so {quantity} cannot be taken from there."


class CountTooLow(Problem):
    code = "count_too_low"
    status = 422
    message = "{bound} units are held or sold, so the count cannot be below that. Enter {bound} or more."


class DropNotOpen(Problem):
    """`drop_status` says whether it comes, is gone or is over."""

    code = "drop_not_open"
    status = 409
    message = "This drop is not open ({drop_status}). Nothing was kept and nothing was charged."


class DropStepRefused(Problem):
    code = "drop_step_refused"
    status = 409
    message = "A drop that is {drop_status} cannot become {wanted}."


class DropNotPlanned(Problem):
    code = "drop_not_planned"
    status = 409
    message = "Viewers may know this drop already: it is {drop_status}. Close it, and plan another."


class DropNotOnSale(Problem):
    code = "drop_not_on_sale"
    status = 409
    message = "{product} is {product_status}, so nobody could buy it. Make it active first."


class DropAlreadyOpen(Problem):
    code = "drop_already_open"
    status = 409
    message = "Another drop of this product is open. Close it first."


class DropExceedsStock(Problem):
    code = "drop_exceeds_stock"
    status = 422
    message = "{available} are free. Lower it to {available}, or restock first."


class SpecialPriceNotFound(NotFound):
    message = "There is no such show price or flash price. Check the id; it may belong to another brand."


class SpecialPriceStepRefused(Problem):
    code = "special_price_step_refused"
    status = 409
    message = "A price that is {price_status} cannot become {wanted}."


class SpecialPriceAlreadyOpen(Problem):
    code = "special_price_already_open"
    status = 409
    message = "Another one of this product is open here. Close it first."


class SpecialPriceOpensWithShow(Problem):
    code = "special_price_opens_with_show"
    status = 409
    message = "A show price holds from the moment its show goes live. Nothing else opens it."


class SpecialPriceNotOnSale(Problem):
    code = "special_price_not_on_sale"
    status = 409
    message = "{product} is {product_status}, so nobody could buy it. Make it active first."


class SpecialPriceTooHigh(Problem):
    """It would not be a reduction: viewers would be told of a price that they never pay."""

    code = "special_price_too_high"
    status = 422
    message = "It costs {ordinary} today. Enter less, or nobody would pay this price."


class SkuTaken(Problem):
    code = "sku_taken"
    status = 409
    message = "{sku} is the code of {product} already. Give this one its own."


class SlugTaken(Problem):
    code = "product_slug_taken"
    status = 409
    message = "Another product has the address {slug}. Choose another."


class VariantNameTaken(Problem):
    code = "variant_name_taken"
    status = 409
    message = "This product has a variant of that name. Give each its own name."


class ProductStepRefused(Problem):
    code = "product_step_refused"
    status = 409
    message = "A product that is {product_status} cannot become {wanted}."


class PriceMissing(Problem):
    code = "price_missing"
    status = 409
    message = "This has no price in {currency}. Set one before it is sold."


class ImageRefused(Problem):
    """`reason` says what is wrong with the file and what would do."""

    code = "image_refused"
    status = 422
    message = "{reason}"


class ImportRefused(Problem):
    """The file as a whole cannot be read; nothing was saved."""

    code = "import_refused"
    status = 422
    message = "{reason}"


class ImportStepRefused(Problem):
    code = "import_step_refused"
    status = 409
    message = "This import is {import_status} already."
