"""A list by pages: every row once whatever the order, only those that hold the text, and little read for a page."""

import dataclasses
import datetime as dt

import pytest

from metrics.query import listing as listing_module
from metrics.query import query
from metrics.query.filters import Filters
from metrics.query.listing import MOST, Listing, ListingError, Spoken, clean_search, list_chunks, list_page
from metrics.query.query import UnknownView, rows
from tests.metrics.conftest import company, deal, make_warehouse

NOVEMBER = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
ALL_DAYS = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30), lead_days=0, deal_days=0)
STATES = Spoken("state", "state", (("won", "Успешная"), ("in_work", "В работе"), ("lost", "Проваленная")))
SOURCES = Spoken("source", "source_id", (("", "No source"),))
TITLES = [
    "Ёлка 100%",
    "ёлка 100 штук",
    "a_b",
    "aXb",
    'О\'Нил "и" сыновья',
    "ПОСТАВКА",
    "поставка",
    "",
    "=1+1",
    "C:\\новый",
]
COUNT = 230


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """230 deals of few days and few amounts, every seventh of them open: without a closing day."""
    deals = [
        deal(
            number,
            TITLE=f"{TITLES[number % len(TITLES)]}",
            DATE_CREATE=f"2026-11-{1 + number % 3:02}T10:00:00+03:00",
            OPPORTUNITY=str(number % 4),
            ASSIGNED_BY_ID="7" if number % 2 else "8",
            SOURCE_ID="CALL" if number % 5 else "",
            **({} if number % 7 else {"STAGE_ID": "NEW", "STAGE_SEMANTIC_ID": "P", "CLOSEDATE": ""}),
        )
        for number in range(1, COUNT + 1)
    ]
    return make_warehouse(tmp_path_factory.mktemp("listed"), company(deals=deals))


@pytest.fixture(scope="module")
def everything(listed):
    """All rows of the list, read at once and in no order."""
    return rows(listed, "deal_list", NOVEMBER).records()


def page(warehouse, order="created_on", *, offset=0, limit=50, **told):
    return list_page(warehouse, "deal_list", NOVEMBER, Listing(order, **told), offset=offset, limit=limit)


def whole(warehouse, order, **told):
    """All pages of a list, one behind the other."""
    first = page(warehouse, order, **told)
    found = list(first.records())
    while len(found) < first.count:
        found += page(warehouse, order, offset=len(found), **told).records()
    return found


def ids(records):
    return [record["deal_id"] for record in records]


def found(warehouse, search, **told):
    return set(ids(whole(warehouse, "created_on", search=search, **told)))


# Order


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "order", ["created_on", "closed_on", "amount", "title", "state", "is_repeat", "open_activities", "deal_id", "url"]
)
def test_the_pages_of_any_order_hold_every_row_exactly_once(listed, everything, order, descending):
    records = whole(listed, order, descending=descending)
    assert len(records) == COUNT
    assert sorted(ids(records)) == sorted(ids(everything))
    by_id = {record["deal_id"]: record for record in everything}
    assert all(record == by_id[record["deal_id"]] for record in records)


@pytest.mark.parametrize("descending", [False, True])
def test_rows_without_a_value_come_last_in_either_direction_and_ties_stand_by_their_number(
    listed, everything, descending
):
    sign = -1 if descending else 1
    expected = sorted(
        everything,
        key=lambda row: (
            row["closed_on"] is None,
            sign * (row["closed_on"] or dt.date(1, 1, 1)).toordinal(),
            row["deal_id"],
        ),
    )
    assert sum(row["closed_on"] is None for row in everything) > 20
    assert ids(whole(listed, "closed_on", descending=descending)) == ids(expected)


def test_texts_stand_by_their_letters_whatever_their_case_and_empty_ones_last(listed):
    for descending in (False, True):
        titles = [record["title"] for record in whole(listed, "title", descending=descending)]
        full = [title for title in titles if title]
        assert full == sorted(full, key=str.lower, reverse=descending)
        assert set(titles[len(full) :]) == {""}


def test_values_with_a_name_of_the_products_own_stand_by_what_the_reader_is_told(listed):
    spoken = (dataclasses.replace(STATES, texts=(("won", "Я"), ("in_work", "А"))),)
    states = [record["state"] for record in whole(listed, "state", spoken=spoken)]
    assert states == sorted(states, key=["in_work", "won"].index)
    assert {"in_work", "won"} == set(states)


def test_a_column_that_the_view_lacks_is_refused_with_a_sentence(listed):
    for name in ("nothing", "", 'title" desc; drop table meta; --'):
        with pytest.raises(ListingError, match="deal_list"):
            page(listed, name)
    with pytest.raises(UnknownView):
        list_page(listed, "meta", NOVEMBER, Listing("build_id"))


def test_rows_that_no_one_column_tells_apart_have_no_pages(listed):
    with pytest.raises(ValueError, match="one column"):
        list_page(listed, "manager_results_dynamics", NOVEMBER, Listing("won_sum"))


@pytest.fixture(scope="module")
def with_fields(tmp_path_factory):
    """Deals and leads with a text of a field of the portal's own."""
    own = {"UF_CRM_CARGO": "45"}
    rows_of = company()
    for entity in ("deals", "leads"):
        rows_of[entity] = [{**row, **own} for row in rows_of[entity]]
        field = {"FIELD": "UF_CRM_CARGO", "TYPE": "enumeration", "IS_MULTIPLE": False, "LABEL": "Груз"}
        rows_of[f"{entity[:-1]}_fields"] = [{**field, "ITEMS": '[{"ID": "45", "VALUE": "Сборный"}]'}]
    fields = {"deal_fields": "UF_CRM_CARGO", "lead_fields": "UF_CRM_CARGO"}
    return make_warehouse(tmp_path_factory.mktemp("with_fields"), rows_of, **fields)


@pytest.mark.parametrize("view", ["deal_list", "lead_list", "forgotten_deals", "forgotten_leads"])
def test_every_list_can_be_ordered_by_each_of_its_columns_and_searched(with_fields, view):
    expected = sorted(rows(with_fields, view, ALL_DAYS).rows)
    assert expected
    for column in with_fields.meaning(view).columns:
        for search in ("", "е"):
            found = list_page(with_fields, view, ALL_DAYS, Listing(column, search=search))
            assert sorted(found.rows) == expected, column


def test_a_text_of_a_field_of_the_portals_own_is_searched_too(with_fields):
    for view, count in (("deal_list", 3), ("lead_list", 1), ("forgotten_deals", 0)):
        assert list_page(with_fields, view, ALL_DAYS, Listing("title", search="сборн")).count == count


# Pages


def test_a_page_behind_the_end_is_the_last_one_and_one_before_the_start_the_first(listed):
    last = page(listed, offset=10_000)
    assert (last.offset, len(last.rows), last.count) == (200, 30, COUNT)
    assert page(listed, offset=-50).offset == 0


def test_a_page_has_fifty_rows_at_least_and_two_hundred_at_most(listed):
    assert len(page(listed, limit=1).rows) == 50
    assert len(page(listed, limit=100_000).rows) == MOST == 200


def test_an_empty_list_has_an_empty_first_page_with_all_columns(listed):
    nothing = page(listed, search="нет такого")
    assert (nothing.count, nothing.offset, nothing.rows) == (0, 0, [])
    assert nothing.columns == rows(listed, "deal_list", NOVEMBER).columns


def test_the_filters_narrow_a_list_as_they_narrow_its_view(listed):
    narrowed = Filters(NOVEMBER.period_from, NOVEMBER.period_to, employees=(7,), without_activities=True)
    expected = rows(listed, "deal_list", narrowed).records()
    told = list_page(listed, "deal_list", narrowed, Listing("amount"), limit=200)
    assert 0 < told.count == len(expected) < COUNT
    assert sorted(ids(told.records())) == sorted(ids(expected))


# Search


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("ёЛКА", {"Ёлка 100%", "ёлка 100 штук"}),
        ("100%", {"Ёлка 100%"}),
        ("a_b", {"a_b"}),
        ("%", {"Ёлка 100%"}),
        ("_", {"a_b"}),
        ("о'нил", {'О\'Нил "и" сыновья'}),
        ('"И"', {'О\'Нил "и" сыновья'}),
        ("поставка", {"ПОСТАВКА", "поставка"}),
        ("ПОСТАВК", {"ПОСТАВКА", "поставка"}),
        ("\\НОВ", {"C:\\новый"}),
        ("  поставка\n", {"ПОСТАВКА", "поставка"}),
        ("' or 1=1 --", set()),
    ],
)
def test_a_search_is_a_literal_text_in_capitals_or_not(listed, everything, search, titles):
    expected = {row["deal_id"] for row in everything if row["title"] in titles}
    assert found(listed, search, spoken=(STATES,)) == expected
    assert page(listed, search=search, spoken=(STATES,)).count == len(expected)


def test_a_search_looks_into_every_text_a_reader_sees_and_into_no_code(listed, everything):
    petrov = {row["deal_id"] for row in everything if row["employee_id"] == 7}
    assert found(listed, "петров") == petrov != set()
    assert found(listed, "acme.bitrix24") == set()


def test_a_search_finds_what_the_product_says_instead_of_a_value_and_not_the_value(listed, everything):
    in_work = {row["deal_id"] for row in everything if row["state"] == "in_work"}
    unknown = {row["deal_id"] for row in everything if row["source_id"] == ""}
    assert found(listed, "в РАБОТЕ", spoken=(STATES,)) == in_work != set()
    assert found(listed, "in_work", spoken=(STATES,)) == set()
    assert found(listed, "no source", spoken=(STATES, SOURCES)) == unknown != set()
    assert found(listed, "без источника", spoken=(SOURCES,)) == set()
    assert found(listed, "звонок", spoken=(SOURCES,)) == set(ids(everything)) - unknown


def test_a_search_is_one_line_of_a_bounded_length_that_can_be_bound():
    assert clean_search(" а\t\nб\x00\ud800 ") == "а б"
    assert len(clean_search("x" * 1000)) == 100


# Memory


@pytest.fixture
def asked(monkeypatch):
    """The offsets of pages that were read, not remembered."""
    offsets = []
    real = listing_module._ask_page

    def counted(warehouse, view, filters, listing, offset, limit):
        offsets.append(offset)
        return real(warehouse, view, filters, listing, offset, limit)

    monkeypatch.setattr(listing_module, "_ask_page", counted)
    query.clear_cache()
    return offsets


def test_a_page_that_was_asked_before_is_remembered_and_another_is_not_taken_for_it(listed, asked):
    for told in ({}, {"offset": 50}, {"search": "ёлка"}, {"descending": True}, {"order": "amount"}):
        first = page(listed, **told)
        again = page(listed, **told)
        assert again == first
        again.rows.clear()  # what a caller does with its answer is its own business
        assert page(listed, **told) == first
    assert asked == [0, 50, 0, 0, 0]


# Files


def test_all_rows_of_a_list_come_in_its_order_a_few_at_a_time(listed, monkeypatch):
    monkeypatch.setattr(listing_module, "CHUNK", 64)
    listing = Listing("amount", descending=True, search="поставка")
    chunks = list(list_chunks(listed, "deal_list", NOVEMBER, listing))
    expected = ids(whole(listed, "amount", descending=True, search="поставка"))
    assert [row[0] for chunk in chunks for row in chunk.rows] == expected
    unsearched = list(list_chunks(listed, "deal_list", NOVEMBER, Listing("amount")))
    assert [len(chunk.rows) for chunk in unsearched] == [64, 64, 64, 38]


def test_a_list_without_rows_still_tells_its_columns(listed):
    [chunk] = list_chunks(listed, "deal_list", NOVEMBER, Listing("amount", search="нет такого"))
    assert (chunk.rows, chunk.columns[:2]) == ([], ("deal_id", "title"))
