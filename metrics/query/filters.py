"""The filters a view is asked under: each declared once, all of them together one frozen and validated value.

A filter is a typed attribute annotated with its record, `Filter`. The address of a page, the options of the command
line, the widgets of the sidebar, the lines of an exported file and the check of blocks that a filter does not touch all
follow from the records. To add a list filter: a line in `PickedFilters`, its column in the facts, its condition in
metrics/sql/scope.sql, its values in the view ``filter_options``, and its texts ``ui.filter.NAME`` and ``ui.none.NAME``
in language/catalogue/ui.toml.

A `Filters` that exists can be asked of any view: everything wrong is refused while it is made, with a sentence. The
names of its attributes are those of the session variables the SQL reads; null means "all".
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, get_origin, get_type_hints

from metrics.query.parsing import (
    parse_choice,
    parse_day_count,
    parse_fraction,
    parse_id,
    parse_stage,
    parse_switch,
    parse_text,
    parse_whole,
)
from metrics.query.values import (
    FilterError,
    check_period,
    checked_choice,
    checked_completion,
    checked_days,
    checked_ids,
    checked_stages,
    checked_switch,
    checked_texts,
    checked_trimmed_texts,
)

GRAINS = ("month", "quarter", "year")
FINE_GRAINS = ("day", "week")
FINE_GRAIN_VIEWS = ("lead_source_change",)  # the one view that also knows days and weeks
UTM_DIMENSIONS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


@dataclass(frozen=True)
class Kind:
    """What the values of a filter are, and how they are checked and read.

    ``check`` takes the filter's name and its value, hands back the value as it is kept and raises `FilterError`;
    ``from_address`` and ``from_option`` read one value's text and raise `UnreadableError` or `FilterError`;
    ``unreadable_option`` is the catalogue key of the sentence about an option that cannot be read. ``value_type`` is
    the type of one value; ``is_list`` says that a filter holds several of them, and none means "all".
    """

    check: Callable[[str, Any], Any]
    from_address: Callable[[str], Any]
    from_option: Callable[[str], Any] = str
    unreadable_option: str = ""
    value_type: type = str
    is_list: bool = False


def _check_completion(_name: str, value: object) -> Decimal:
    return checked_completion(value)


def _choice(allowed: tuple[str, ...], in_address: tuple[str, ...] = ()) -> Kind:
    """One of a few words; ``in_address`` are those an address may hold, where not all do."""
    return Kind(partial(checked_choice, allowed=allowed), partial(parse_choice, allowed=in_address or allowed))


_NO_NUMBER = "metrics.command.bad_number"
IDS = Kind(checked_ids, parse_id, parse_whole, _NO_NUMBER, value_type=int, is_list=True)
TEXTS = Kind(checked_texts, parse_text, is_list=True)
TRIMMED_TEXTS = Kind(checked_trimmed_texts, parse_text, is_list=True)
STAGES = Kind(checked_stages, parse_stage, is_list=True)
GRAIN = _choice(GRAINS + FINE_GRAINS, in_address=GRAINS)
UTM_DIMENSION = _choice(UTM_DIMENSIONS)
FRACTION = Kind(_check_completion, parse_fraction, parse_fraction, "metrics.command.bad_fraction", value_type=Decimal)
DAYS = Kind(checked_days, parse_day_count, parse_whole, _NO_NUMBER, value_type=int)
SWITCH = Kind(checked_switch, parse_switch, value_type=bool)

LEADS, DEALS, PLAN = "leads", "deals", "plan"  # the facts filters narrow; activities follow their lead or deal
FACTS = (LEADS, DEALS, PLAN)
RECORDS = (LEADS, DEALS)


@dataclass(frozen=True)
class Filter:
    """The record of one filter; its name is that of the attribute it annotates.

    ``address`` is its name in the address of a page; its option of the command line is spelled alike unless
    ``option_name`` says otherwise. A list filter has the ``column`` of the facts it compares and the facts it
    ``narrows``, of `FACTS`; ``is_tree`` says that a value stands for all below it too.
    """

    address: str
    kind: Kind
    column: str = ""
    narrows: tuple[str, ...] = ()
    is_tree: bool = False
    option_name: str = ""

    @property
    def option(self) -> str:
        """The option of the command line: ``--utm-source``."""
        return "--" + (self.option_name or self.address).replace("_", "-")

    def value_of(self, text: str) -> Any:
        """A value of a list filter that the data or a page hold as a text."""
        return self.kind.value_type(text)


@dataclass(frozen=True, kw_only=True)
class PickedFilters:
    """The filters that a choice and a question hold alike: lists of values, and switches.

    An empty tuple filters nothing; '' and id 0 are the value "none". Stages are spelled ``lead:NEW``, ``deal:C7:WON``.
    """

    funnels: Annotated[tuple[int, ...], Filter("funnel", IDS, "funnel_id", (DEALS, PLAN))] = ()
    departments: Annotated[tuple[int, ...], Filter("department", IDS, "department_id", FACTS, is_tree=True)] = ()
    employees: Annotated[tuple[int, ...], Filter("employee", IDS, "employee_id", FACTS)] = ()
    sources: Annotated[tuple[str, ...], Filter("source", TEXTS, "source_id", RECORDS)] = ()
    utm_source: Annotated[tuple[str, ...], Filter("utm_source", TRIMMED_TEXTS, "utm_source", RECORDS)] = ()
    utm_medium: Annotated[tuple[str, ...], Filter("utm_medium", TRIMMED_TEXTS, "utm_medium", RECORDS)] = ()
    utm_campaign: Annotated[tuple[str, ...], Filter("utm_campaign", TRIMMED_TEXTS, "utm_campaign", RECORDS)] = ()
    utm_content: Annotated[tuple[str, ...], Filter("utm_content", TRIMMED_TEXTS, "utm_content", RECORDS)] = ()
    utm_term: Annotated[tuple[str, ...], Filter("utm_term", TRIMMED_TEXTS, "utm_term", RECORDS)] = ()
    countries: Annotated[tuple[str, ...], Filter("country", TRIMMED_TEXTS, "country", RECORDS)] = ()
    cities: Annotated[tuple[str, ...], Filter("city", TRIMMED_TEXTS, "city", RECORDS)] = ()
    stages: Annotated[tuple[str, ...], Filter("stage", STAGES, "stage_key", RECORDS)] = ()
    without_activities: Annotated[bool, Filter("without_activities", SWITCH)] = False
    all_open: Annotated[bool, Filter("all_open", SWITCH)] = False


@dataclass(frozen=True)
class Filters(PickedFilters):
    """The filters of one question: those of `PickedFilters`, a period whose ends are both included, and single values.

    ``min_completion`` is a fraction of the plan.

    Raises:
        FilterError: a value cannot be asked for; which one and why.
    """

    period_from: dt.date
    period_to: dt.date
    grain: Annotated[str, Filter("grain", GRAIN)] = "month"
    utm_dimension: Annotated[str, Filter("utm", UTM_DIMENSION, option_name="utm_dimension")] = "utm_source"
    min_completion: Annotated[Decimal, Filter("min_completion", FRACTION)] = Decimal(1)
    lead_days: Annotated[int, Filter("lead_days", DAYS)] = 3
    deal_days: Annotated[int, Filter("deal_days", DAYS)] = 14

    def __post_init__(self) -> None:
        check_period(self.period_from, self.period_to)
        for name, record in FILTERS.items():
            object.__setattr__(self, name, record.kind.check(name, getattr(self, name)))

    def check_view(self, view: str) -> None:
        """Refuse days and weeks where a view does not know them.

        Raises:
            FilterError: the grain is finer than the view's buckets.
        """
        if self.grain in FINE_GRAINS and view not in FINE_GRAIN_VIEWS:
            raise FilterError("metrics.filter.fine_grain", grain=self.grain, view=view, allowed=", ".join(GRAINS))

    def variables(self) -> dict[str, Any]:
        """Session variables by name: dates, lists, text, numbers; None where the filter is empty."""
        return {field.name: _variable(getattr(self, field.name)) for field in fields(self)}


def _variable(value: object) -> object:
    return (list(value) or None) if isinstance(value, tuple) else value


def _records() -> Mapping[str, Filter]:
    hints = get_type_hints(Filters, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if get_origin(hint) is Annotated}


FILTERS: Mapping[str, Filter] = MappingProxyType(_records())  # every filter but the period, by name
LIST_FILTERS = {name: record for name, record in FILTERS.items() if record.kind.is_list}
SWITCH_FILTERS = {name: record for name, record in FILTERS.items() if record.kind is SWITCH}
VALUE_FILTERS = {
    name: record for name, record in FILTERS.items() if name not in LIST_FILTERS and name not in SWITCH_FILTERS
}
