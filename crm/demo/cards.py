"""Cards of leads, deals, companies and people: what a link of a report opens where the portal is the demo's."""

import re
from html import escape

from crm.demo.company import Company, Row, Span
from crm.demo.lists import one
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
    facts = "".join(_fact(company, say, name, row.get(name)) for name in _FIELDS[kind])
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


def _fact(company: Company, say: Words, name: str, value: object) -> str:
    if value in (None, "", "0", []) and name != "CATEGORY_ID":
        return ""
    return f"<dt>{escape(say(f'demo.{name.lower()}'))}</dt><dd>{_shown(company, name, value)}</dd>"


def _shown(company: Company, name: str, value: object) -> str:
    if name in _LINKS:
        table, address = _LINKS[name]
        row = one(company, table, int(str(value)))
        return f'<a href="{address.format(int(str(value)))}">{escape(_title(row))}</a>' if row else escape(str(value))
    if name == "UF_DEPARTMENT" and isinstance(value, list):
        rows = [one(company, "departments", int(number)) for number in value]
        return escape(", ".join(str(row["NAME"]) for row in rows if row))
    if name == "CATEGORY_ID":
        funnel = one(company, "funnels", int(str(value)))
        return escape(str(funnel["name"] if funnel else value))
    if name in ("STATUS_ID", "STAGE_ID", "SOURCE_ID"):
        return escape(_status(company, name, str(value)))
    return escape(str(value)[:16].replace("T", " ") if name in ("DATE_CREATE", "DATE_CLOSED") else _plain(name, value))


def _plain(name: str, value: object) -> str:
    return str(value)[:10] if name == "CLOSEDATE" else str(value)


def _status(company: Company, name: str, value: str) -> str:
    wanted = {"STATUS_ID": "STATUS", "SOURCE_ID": "SOURCE"}.get(name, "DEAL_STAGE")
    for row in company.rows("statuses", Span()):
        if row["STATUS_ID"] == value and str(row["ENTITY_ID"]).startswith(wanted):
            return str(row["NAME"])
    return value
