"""User fields, which people added to their portal, as columns of the lists of deals and leads.

Which of them are shown is a setting of the installation and their labels are the portal's, so neither SQL files nor the
dictionary can hold them. metrics/sql/staging casts their values in one long table, a row a value; a build lays it out
here with a column a field, and an opened warehouse gives the dictionary entries of these columns.
"""

from collections.abc import Mapping
from types import MappingProxyType

import duckdb

from crm.pull.user_fields import DESCRIBED_BY, named_fields
from crm.settings import Settings
from language import LANGUAGES, words
from metrics.query.catalog import Column
from metrics.warehouse.raw import quoted

# Entity → the list its fields stand in, the table that list joins, and the key of both.
LISTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {"deals": ("deal_list", "fact_deal_fields", "deal_id"), "leads": ("lead_list", "fact_lead_fields", "lead_id")}
)
# Format of the dictionary → the column of the long table that holds such a value. Text is what values are written as.
TYPED: Mapping[str, str] = MappingProxyType(
    {
        "count": "whole_value",
        "number": "number_value",
        "date": "day_value",
        "moment": "moment_value",
        "flag": "flag_value",
        "money": "money_value",
    }
)


def create_raw_user_values(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Create `raw_user_values` (entity, record_id, field, value) out of the raw tables of ``settings``' fields."""
    con.execute(
        "create table raw_user_values (entity varchar, record_id varchar, field varchar, value varchar)",
    )
    for entity in DESCRIBED_BY:
        for field in named_fields(settings, entity):
            values = con.table(f"raw_{entity}").project(f"{_text(entity)}, ID, {_text(field)}, {quoted(field)}")
            values.filter(f"{quoted(field)} is not null").insert_into("raw_user_values")


def create_user_columns(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Create `fact_deal_fields` and `fact_lead_fields`: a row a record that has any value, its id and a column a field;
    and `dim_user_field` (entity, column_name, field, label, shown_as, place), which says what these columns are."""
    con.execute(
        "create table dim_user_field"
        " (entity varchar, column_name varchar, field varchar, label varchar, shown_as varchar, place bigint)"
    )
    for entity, (_, table, key) in LISTS.items():
        if named_fields(settings, entity):
            fields = con.table("stg_user_fields").filter(f"entity = {_text(entity)}").order("place")
            fields.project("entity, column_name, field, label, shown_as, place").insert_into("dim_user_field")
            columns = fields.project("field, column_name, shown_as").fetchall()
            values = con.table("stg_user_values").filter(f"entity = {_text(entity)}")
            laid_out = ", ".join(_column(*column) for column in columns)
            values.aggregate(f"record_id as {key}, {laid_out}", "record_id").create(table)
        else:
            con.sql("select 1 as nothing").project(f"cast(null as bigint) as {key}").filter("false").create(table)


def user_columns(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[Column, ...]]:
    """The dictionary entries of the columns of user fields, by view, in their order there; labels are the portal's."""
    known = con.execute("select 1 from duckdb_tables() where table_name = 'dim_user_field'").fetchall()
    rows = con.execute("select * from dim_user_field order by entity, place").fetchall() if known else []
    found: dict[str, list[Column]] = {}
    for entity, column_name, field, label, shown_as, _ in rows:
        helps = {language: _help(language, field, shown_as) for language in LANGUAGES}
        column = Column(column_name, shown_as, dict.fromkeys(LANGUAGES, label), helps)
        found.setdefault(LISTS[entity][0], []).append(column)
    return {view: tuple(columns) for view, columns in found.items()}


def _help(language: str, field: str, shown_as: str) -> str:
    say = words(language)
    return say("metrics.user_field.money" if shown_as == "money" else "metrics.user_field.help", field=field)


def _column(field: str, column_name: str, shown_as: str) -> str:
    """The expression that lays out a field: the first value as it is typed, or all of them in a text."""
    if shown_as in TYPED:
        return f"min({TYPED[shown_as]}) filter (field = {_text(field)} and place = 1) as {quoted(column_name)}"
    joined = "string_agg(written, ', ' order by place)"
    return f"{joined} filter (field = {_text(field)} and (place = 1 or is_multiple)) as {quoted(column_name)}"


def _text(value: str) -> str:
    """A text as a literal of SQL, whatever characters it holds; the settings check names of fields all the same."""
    return "'" + value.replace("'", "''") + "'"
