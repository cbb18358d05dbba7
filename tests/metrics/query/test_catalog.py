"""The dictionary says of every view and column what it means, and the documents say the same."""

import datetime as dt

import pytest

from language import LANGUAGES
from metrics.query import catalog
from metrics.query.catalog import FORMATS, UnknownView, load
from metrics.query.filters import LIST_FILTERS, Filters
from metrics.query.query import rows

TINY = """
[columns.won_count]
format = "count"
label = { ru = "Успешные", en = "Won" }
help = { ru = "Сколько.", en = "How many." }

[views.sales]
report = "sales"
label = { ru = "Продажи", en = "Sales" }
help = { ru = "Итоги.", en = "Totals." }
key = []
columns = ["won_count"]
untouched_by = ["stages"]

[views.plan]
report = "plan"
label = { ru = "План", en = "Plan" }
help = { ru = "План.", en = "Plan." }
key = ["won_count"]
columns = ["won_count"]

[views.plan.columns_of.won_count]
label = { ru = "Сделки", en = "Deals" }
"""
NUMBERS = {"count", "number", "money", "share", "days", "minutes", "points", "index"}
MONTH = Filters(dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def written(tmp_path, text):
    path = tmp_path / "dictionary.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_view_takes_its_columns_from_those_shared_and_says_what_differs(tmp_path):
    told = load(written(tmp_path, TINY))
    assert list(told) == ["sales", "plan"]
    sales, plan = told["sales"], told["plan"]
    assert (sales.report, sales.key, sales.untouched_by, sales.label("ru")) == ("sales", (), ("stages",), "Продажи")
    assert [sales.columns["won_count"].label(language) for language in LANGUAGES] == ["Успешные", "Won"]
    assert [plan.columns["won_count"].label(language) for language in LANGUAGES] == ["Сделки", "Deals"]
    assert plan.columns["won_count"].help("en") == "How many."
    assert (plan.untouched_by, plan.help("en")) == ((), "Plan.")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('format = "count"', 'format = "roubles"', "sales.won_count"),
        ('en = "Won"', 'de = "Won"', "sales.won_count in en"),
        ('en = "Totals."', 'en = ""', "help of sales in en"),
        ('columns = ["won_count"]\nunt', 'columns = ["lost_count"]\nunt', "sales.lost_count"),
    ],
)
def test_an_entry_that_is_not_whole_is_named(tmp_path, old, new, where):
    with pytest.raises(ValueError, match=where):
        load(written(tmp_path, TINY.replace(old, new)))


def test_an_unknown_view_is_one_sentence():
    with pytest.raises(UnknownView, match="metrics list"):
        catalog.view("nothing\x00")


def test_every_view_of_the_dictionary_is_built_with_exactly_its_columns(small):
    cursor = small.cursor()
    for view in catalog.views():
        cursor.execute(
            "select column_name from duckdb_columns() where table_name = ? order by column_index", [view.name]
        )
        assert [name for (name,) in cursor.fetchall()] == list(view.columns), view.name


def test_a_column_is_of_the_kind_its_format_says(small):
    cursor = small.cursor()
    found = cursor.execute("select table_name, column_name, data_type from duckdb_columns()").fetchall()
    types = {(view, column): kind for view, column, kind in found}
    for view in catalog.views():
        for column in view.columns.values():
            kind = types[view.name, column.name]
            allowed = {"date": "DATE", "month": "DATE", "moment": "TIMESTAMP", "flag": "BOOLEAN", "text": "VARCHAR"}
            if column.format in allowed:
                assert kind == allowed[column.format], (view.name, column.name)
            if column.format in NUMBERS:
                assert kind.startswith(("DECIMAL", "DOUBLE", "BIGINT", "HUGEINT", "INTEGER")), (view.name, column.name)


def test_keys_and_untouched_filters_exist():
    for view in catalog.views():
        assert set(view.key) <= set(view.columns), view.name
        assert set(view.untouched_by) <= {*LIST_FILTERS, "period"}, view.name
        assert all(column.format in FORMATS for column in view.columns.values())


def test_a_view_says_one_row_for_each_key(small):
    for view in catalog.views():
        table = rows(small, view.name, MONTH)
        keys = [tuple(record[name] for name in view.key) for record in table.records()]
        assert len(keys) == len(set(keys)), view.name
        assert view.key or len(keys) == 1, view.name
