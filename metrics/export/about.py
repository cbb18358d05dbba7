"""The rows of a workbook's second sheet: the view, the period, the filters in force, the moment of the data."""

from decimal import Decimal

from language import Words
from metrics.query.catalog import View, load
from metrics.query.filters import LIST_FILTERS, SWITCH_FILTERS, VALUE_FILTERS, Filters
from metrics.query.listing import Listing, clean_search
from metrics.query.query import ask
from metrics.warehouse.connection import Warehouse

OPTIONS = "filter_options"


def about_rows(warehouse: Warehouse, view: str, filters: Filters, words: Words) -> list[tuple[str, str]]:
    """Names and values for the second sheet of a workbook, in the reader's language."""
    known = load().get(view)
    rows = [
        (words("metrics.about.view"), f"{known.label(words.language)} ({view})" if known else view),
        (words("metrics.about.period"), f"{words.date(filters.period_from)} – {words.date(filters.period_to)}"),
        (words("metrics.about.as_of"), f"{words.moment(warehouse.as_of)} ({warehouse.meta['timezone']})"),
        (words("metrics.about.portal"), str(warehouse.meta["portal_origin"] or "")),
    ]
    picked = {name: getattr(filters, name) for name in LIST_FILTERS if getattr(filters, name)}
    labels = filter_labels(warehouse, filters) if picked else {}
    for name, values in picked.items():
        shown = (labels.get((name, str(value))) or str(value) or words("metrics.about.none") for value in values)
        rows.append((filter_name(words, name), ", ".join(shown)))
    for name in VALUE_FILTERS:
        value = getattr(filters, name)
        shown_value = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
        rows.append((filter_name(words, name), shown_value))
    on = [name for name in SWITCH_FILTERS if getattr(filters, name)]
    return rows + [(filter_name(words, name), words("metrics.export.yes")) for name in on]


def listing_rows(view: View, listing: Listing, words: Words) -> list[tuple[str, str]]:
    """Names and values of the search and the order that a list's rows were taken under."""
    search = clean_search(listing.search)
    order = view.columns[listing.order].label(words.language)
    direction = words("metrics.about.descending" if listing.descending else "metrics.about.ascending")
    searched = [(words("metrics.about.search"), search)] if search else []
    return [*searched, (words("metrics.about.order"), f"{order}, {direction}")]


def filter_name(words: Words, name: str) -> str:
    """What a file calls a filter: as the page does, unless the catalogue has a name of its own for files."""
    of_files = f"metrics.filter_name.{name}"
    return words(of_files if words.has(of_files) else f"ui.filter.{name}")


def filter_labels(warehouse: Warehouse, filters: Filters) -> dict[tuple[str, str], str]:
    """What the values of filters are called, by filter and value."""
    options = ask(warehouse, OPTIONS, filters).records()
    return {(row["filter"], row["value"]): row["label"] for row in options}
