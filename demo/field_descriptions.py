"""What crm.*.fields says of a table: its fields by name, those of Bitrix24 itself and those the company made (UF_*).

The company's own lie in its table `user_fields`: TABLE and NAME say which, the rest stands as it is answered.
"""

from typing import Any

from demo.company import Company, Row, Span
from demo.conditions import Fields

_KINDS = {"OPPORTUNITY": "double", "CLOSEDATE": "date", "BEGINDATE": "date"}
_FLAGS = ("isRequired", "isReadOnly", "isImmutable", "isMultiple")


def field_descriptions(company: Company, table: str, fields: Fields) -> dict[str, Row]:
    """Every field by its name."""
    own = {row["NAME"]: _own(row) for row in _rows(company, table)}
    return {**{name: _standard(name, fields) for name in sorted(fields.names)}, **own}


def own_names(company: Company, table: str) -> frozenset[str]:
    """The names of the fields the company made for a table."""
    return frozenset(row["NAME"] for row in _rows(company, table))


def _rows(company: Company, table: str) -> list[Row]:
    return [row for row in company.rows("user_fields", Span()) if row["TABLE"] == table]


def _standard(name: str, fields: Fields) -> Row:
    kind = "datetime" if name in fields.dates else "integer" if name in fields.numbers else "string"
    return {"type": _KINDS.get(name, kind), **dict.fromkeys(_FLAGS, False), "isDynamic": False, "title": name}


def _own(row: Row) -> dict[str, Any]:
    attributes = {name: value for name, value in row.items() if name not in ("ID", "TABLE", "NAME")}
    return {**dict.fromkeys(_FLAGS, False), "isDynamic": True, "title": row["NAME"], **attributes}
