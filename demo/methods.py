"""The methods of the demo portal: a name and its parameters in, a `Reply` out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from demo import listings
from demo.company import Company, Row, Span, Table
from demo.conditions import Test
from demo.faults import Counters, Faults
from demo.field_descriptions import field_descriptions
from demo.lists import Listing, MethodError, Params, list_page, one
from demo.replies import Reply

LEAD, DEAL = 1, 2  # entityTypeId
CLASSIC_MODE, SIMPLE_MODE = 1, 2

Method = Callable[["Desk", Params], Reply]


class Desk:
    """Where commands are answered: the company, its faults and the counters of one portal."""

    def __init__(self, company: Company, faults: Faults, counters: Counters) -> None:
        self.company, self.faults, self.counters = company, faults, counters
        self.worked = 0.0  # seconds, at the last command

    def answer(self, name: str, given: Mapping[str, Any]) -> Reply:
        """Run one command.

        Raises:
            MethodError: the portal refuses it.
        """
        name = name.lower()
        self.counters.commands[name] += 1
        scope, method = METHODS.get(name, ("", None))
        if method is None:
            raise MethodError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404)
        if scope in self.faults.missing_scopes:
            raise self._without_scope()
        if self.counters.commands[name] in self.faults.failed.get(name, ()):
            raise MethodError(self.faults.failed_error, "Internal server error", 500)
        self._charge(name)
        self.worked = 0.0
        lists, counts = self.counters.lists, self.counters.counts.total()
        reply = method(self, {str(key).lower(): value for key, value in given.items()})
        self._work(name, self.counters.lists - lists, self.counters.counts.total() - counts)
        return reply

    def page(self, listing: Listing, params: Params, company: Company | None = None, keep: Test | None = None) -> Reply:
        """A page of a list method, of the portal's company unless another one is given."""
        return list_page(listing, params, company or self.company, self.faults, self.counters, keep=keep)

    def budget_of(self, name: str) -> str:
        """The method whose operating budget a command spends."""
        return "batch" if self.faults.operating_on_batch else name.lower()

    def _charge(self, name: str) -> None:
        budget, limit = self.budget_of(name), self.faults.operating_limit
        if limit is not None and self.counters.operating(budget) > limit:
            raise MethodError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429)
        if self.faults.operating_cost:
            self.counters.charge(budget, self.faults.operating_cost)

    def _work(self, name: str, pages: int, counts: int) -> None:
        seconds = self.faults.page_work * pages + self.faults.count_work * counts
        self.counters.work += seconds
        self.worked = seconds
        if seconds and self.faults.operating_limit is not None:  # a portal without the limit keeps no such sum
            self.counters.charge(self.budget_of(name), seconds)

    def _without_scope(self) -> MethodError:
        if self.faults.missing_scope_error == "insufficient_scope":
            text = "The request requires higher privileges than provided by the webhook token"
            return MethodError("insufficient_scope", text, 403)
        return MethodError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404)


class _Rows:
    """Rows at hand, served as a company of one table."""

    def __init__(self, company: Company, rows: Iterable[Row]) -> None:
        self._table = Table(rows)
        self.now = company.now

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        return self._table.rows(span, descending=descending, offset=offset)

    def count(self, table: str, span: Span) -> int:
        return self._table.count(span)

    def owned(self, table: str, owner: tuple[str, int]) -> list[Row]:
        return []


def _listed(listing: Listing) -> Method:
    return lambda desk, params: desk.page(listing, params)


def _fields_of(listing: Listing) -> Method:
    return lambda desk, _: Reply(field_descriptions(desk.company, listing.table, listing.fields))


def _leads(desk: Desk, params: Params) -> Reply:
    return Reply([], total=0) if desk.faults.no_leads else desk.page(listings.LEADS, params)


def _stage_history(desk: Desk, params: Params) -> Reply:
    kind = _number(params.get("entitytypeid"))
    if kind == LEAD and desk.faults.no_leads:
        return Reply({"items": []}, total=0)
    if kind not in (LEAD, DEAL):
        raise MethodError("INVALID_ARG_VALUE", f"Invalid value {kind} for argument 'entityTypeId'.")
    if kind == LEAD:
        return desk.page(listings.LEAD_HISTORY, params)
    keep = _in_present_funnel(desk.company) if desk.faults.current_funnel_only else None
    return desk.page(listings.DEAL_HISTORY, params, keep=keep)


def _in_present_funnel(company: Company) -> Test:
    def keep(entry: Row) -> bool:
        deal = one(company, "deals", int(entry["OWNER_ID"]))
        return deal is not None and str(deal["CATEGORY_ID"]) == str(entry["CATEGORY_ID"])

    return keep


def _statuses(desk: Desk, params: Params) -> Reply:
    given = params.get("filter")
    entity = given.get("ENTITY_ID") if isinstance(given, Mapping) else None
    if isinstance(entity, list | dict):
        raise MethodError("", "Parameter 'ENTITY_ID' must be a string.")
    return desk.page(listings.STATUSES, params)


def _categories(desk: Desk, params: Params) -> Reply:
    if _number(params.get("entitytypeid")) != DEAL:
        raise MethodError("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported.")
    rows = list(desk.company.rows("funnels", Span(-1)))
    return Reply({"categories": rows}, total=len(rows))


def _currencies(desk: Desk, _: Params) -> Reply:
    return Reply(list(desk.company.rows("currencies", Span())), total=0)


def _comments(desk: Desk, params: Params) -> Reply:
    given = params.get("filter")
    wanted = given if isinstance(given, Mapping) else {}
    owner, kind = wanted.get("ENTITY_ID"), wanted.get("ENTITY_TYPE")
    if not owner or not kind or isinstance(owner, list | dict):
        raise MethodError("", "Filter must contain ENTITY_ID and ENTITY_TYPE.")
    rows = desk.company.owned("comments", (str(kind).lower(), _number(owner)))
    rest = {key: value for key, value in wanted.items() if key not in ("ENTITY_ID", "ENTITY_TYPE", ">CREATED")}
    stamped = [{**row, "ENTITY_ID": str(owner), "ENTITY_TYPE": str(kind).lower()} for row in rows]
    return desk.page(_OWNED_COMMENTS, {**params, "filter": rest}, _Rows(desk.company, stamped))


_OWNED_COMMENTS = replace(
    listings.COMMENTS,
    fields=replace(
        listings.COMMENTS.fields,
        texts=listings.COMMENTS.fields.texts | {"ENTITY_ID", "ENTITY_TYPE", "CREATED"},
        dates=frozenset(),
    ),
)


def _bindings(desk: Desk, params: Params) -> Reply:
    number = _number(params.get("activityid"))
    if one(desk.company, "activities", number) is None:
        raise MethodError("NOT_FOUND", "Activity not found")
    return Reply(list(desk.company.owned("activity_bindings", ("activity", number))))


def _departments(desk: Desk, params: Params) -> Reply:
    wanted = {key.upper(): params[key] for key in ("id", "parent", "name", "uf_head") if params.get(key)}
    return desk.page(listings.DEPARTMENTS, {**params, "filter": wanted})


def _calls(desk: Desk, params: Params) -> Reply:
    if not isinstance(params.get("order", ""), str):
        raise MethodError("", "Parameter 'ORDER' must be a string.")
    return desk.page(listings.CALLS, params)


def _scope(desk: Desk, _: Params) -> Reply:
    every = dict.fromkeys(scope for scope, _ in METHODS.values() if scope)
    return Reply([scope for scope in every if scope not in desk.faults.missing_scopes])


def _method_get(desk: Desk, params: Params) -> Reply:
    scope, method = METHODS.get(str(params.get("name", "")), ("", None))
    available = method is not None and scope not in desk.faults.missing_scopes
    return Reply({"isExisting": method is not None, "isAvailable": available})


def _profile(desk: Desk, _: Params) -> Reply:
    row = one(desk.company, "users", 1) or {}
    names = {name: str(row.get(name, "")) for name in ("NAME", "LAST_NAME")}
    extra = {"PERSONAL_GENDER": "", "TIME_ZONE": "Europe/Moscow"}
    return Reply({"ID": "1", "ADMIN": True, **names, **extra})


def _mode(desk: Desk, _: Params) -> Reply:
    return Reply(SIMPLE_MODE if desk.faults.no_leads else CLASSIC_MODE)


def _number(value: Any) -> int:
    return int(value) if str(value).lstrip("-").isdigit() else 0


METHODS: dict[str, tuple[str, Method]] = {
    "scope": ("", _scope),
    "method.get": ("", _method_get),
    "profile": ("", _profile),
    "user.admin": ("", lambda _, __: Reply(True)),
    "server.time": ("", lambda desk, _: Reply(desk.company.now().isoformat(timespec="seconds"))),
    "crm.settings.mode.get": ("crm", _mode),
    "crm.lead.list": ("crm", _leads),
    "crm.deal.list": ("crm", _listed(listings.DEALS)),
    "crm.lead.fields": ("crm", _fields_of(listings.LEADS)),
    "crm.deal.fields": ("crm", _fields_of(listings.DEALS)),
    "crm.company.list": ("crm", _listed(listings.COMPANIES)),
    "crm.activity.list": ("crm", _listed(listings.ACTIVITIES)),
    "crm.activity.binding.list": ("crm", _bindings),
    "crm.stagehistory.list": ("crm", _stage_history),
    "crm.status.list": ("crm", _statuses),
    "crm.category.list": ("crm", _categories),
    "crm.currency.list": ("crm", _currencies),
    "crm.timeline.comment.list": ("crm", _comments),
    "user.get": ("user", _listed(listings.USERS)),
    "department.get": ("department", _departments),
    "voximplant.statistic.get": ("telephony", _calls),
}
