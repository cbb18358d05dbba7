"""Cards of leads, deals, companies and people: what a link of a report opens where the portal is the demo's."""

import re
from datetime import datetime
from decimal import Decimal
from html import escape

from demo.company import Company, Row, Span
from demo.lists import one
from language import Words, words

_PATH = re.compile(r"^(?:/crm/(deal|lead|company)/details|/company/personal/(user))/(\d+)/?$")
_TABLES = {"deal": "deals", "lead": "leads", "company": "companies", "user": "users"}
_FIELDS = {
    "lead": ("STATUS_ID", "SOURCE_ID", "OPPORTUNITY", "COMPANY_ID", "ASSIGNED_BY_ID", "DATE_CREATE", "DATE_CLOSED"),
    "deal": (
        "CATEGORY_ID", "STAGE_ID", "SOURCE_ID", "OPPORTUNITY", "COMPANY_ID", "LEAD_ID", "ASSIGNED_BY_ID",
        "DATE_CREATE", "CLOSEDATE",
    ),
    "company": ("ADDRESS_CITY", "ADDRESS_COUNTRY"),
    "user": ("WORK_POSITION", "UF_DEPARTMENT"),
}  # fmt: skip
_LINKS = {
    "COMPANY_ID": ("companies", "/crm/company/details/{}/"),
    "LEAD_ID": ("leads", "/crm/lead/details/{}/"),
    "ASSIGNED_BY_ID": ("users", "/company/personal/user/{}/"),
}
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:0;background:#f4f6f8;color:#1f2933}"
    "main{max-width:640px;margin:40px auto;background:#fff;border-radius:12px;padding:28px 32px;"
    "box-shadow:0 1px 4px #0002}h1{font-size:22px;margin:4px 0 18px}small{color:#616e7c}"
    "dl{display:grid;grid-template-columns:170px 1fr;gap:8px 16px;margin:0}dt{color:#616e7c}dd{margin:0}"
    "a{color:#1f6feb}@media(max-width:520px){dl{grid-template-columns:1fr}}"
)


def card(company: Company, path: str, language: str) -> tuple[int, str]:
    """HTTP status and HTML of the card at ``path``."""
    say = words(language)
    found = _PATH.match(path)
    kind = (found.group(1) or found.group(2)) if found else ""
    row = one(company, _TABLES[kind], int(found.group(3))) if found else None
    if row is None:
        return 404, _page(say, say("demo.card_missing"), "", "")
    facts = "".join(_fact(company, say, row, name) for name in _FIELDS[kind])
    return 200, _page(say, _title(row), say(f"demo.{kind}", number=str(row["ID"])), f"<dl>{facts}</dl>")


def _page(say: Words, title: str, above: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><main><small>{escape(above)}</small><h1>{escape(title)}</h1>{body}"
        f"<p><small>{escape(say('demo.card_note'))}</small></p></main></body></html>"
    )


def _title(row: Row) -> str:
    return str(row.get("TITLE") or f"{row.get('LAST_NAME', '')} {row.get('NAME', '')}".strip() or row["ID"])


def _fact(company: Company, say: Words, row: Row, name: str) -> str:
    value = row.get(name)
    if value in (None, "", "0", []) and name != "CATEGORY_ID":
        return ""
    shown = _link(company, name, str(value)) if name in _LINKS else escape(_text(company, say, row, name))
    return f"<dt>{escape(say(f'demo.{name.lower()}'))}</dt><dd>{shown}</dd>"


def _link(company: Company, name: str, number: str) -> str:
    table, address = _LINKS[name]
    row = one(company, table, int(number))
    return f'<a href="{address.format(int(number))}">{escape(_title(row))}</a>' if row else escape(number)


def _text(company: Company, say: Words, row: Row, name: str) -> str:
    value = row[name]
    if name == "OPPORTUNITY":
        return say.money(Decimal(str(value)), str(row.get("CURRENCY_ID") or "RUB"))
    if name == "UF_DEPARTMENT":
        rows = [one(company, "departments", int(number)) for number in value or ()]
        return ", ".join(str(found["NAME"]) for found in rows if found)
    if name == "CATEGORY_ID":
        funnel = one(company, "funnels", int(value))
        return str(funnel["name"] if funnel else value)
    if name in ("STATUS_ID", "STAGE_ID", "SOURCE_ID"):
        return _status(company, name, str(value))
    if name == "CLOSEDATE":
        return say.date(datetime.fromisoformat(value).date())
    return say.moment(datetime.fromisoformat(value)) if name.startswith("DATE_") else str(value)


def _status(company: Company, name: str, value: str) -> str:
    wanted = {"STATUS_ID": "STATUS", "SOURCE_ID": "SOURCE"}.get(name, "DEAL_STAGE")
    for row in company.rows("statuses", Span()):
        if row["STATUS_ID"] == value and str(row["ENTITY_ID"]).startswith(wanted):
            return str(row["NAME"])
    return value
