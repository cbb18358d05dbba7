"""Whom a plan can be made for: employees and funnels as the newest snapshots know them, named as the warehouse does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crm.pull.lookups import funnel_ids
from crm.settings import Settings
from crm.snapshots.manifest import Manifest
from crm.snapshots.store import Snapshots
from language import words

# As metrics/sql/staging/users.sql has it: the newest row of a user; only ACTIVE = no means dismissed; whoever is
# said to be no employee is an outsider. Files of an older version of the product have no USER_TYPE.
_USERS = """
select
    try_cast(ID as bigint),
    concat_ws(' ', nullif(trim(LAST_NAME), ''), nullif(trim(NAME), '')),
    coalesce(lower(trim(ACTIVE)) in ('false', 'n', '0'), false),
    coalesce(lower(nullif(trim(USER_TYPE), '')) <> 'employee', false)
from (
    select * from read_parquet($files, union_by_name = true, file_row_number = true)
    union all by name
    select cast(null as varchar) as USER_TYPE where false
)
where try_cast(ID as bigint) > 0
qualify row_number() over (
    partition by try_cast(ID as bigint) order by recency(pull_id, is_deleted, file_row_number) desc
) = 1
    and not is_deleted
"""
_FUNNELS = """
select try_cast(ID as bigint), trim(NAME), false
from read_parquet($files, union_by_name = true, file_row_number = true)
where try_cast(ID as bigint) >= 0
qualify row_number() over (
    partition by try_cast(ID as bigint) order by recency(pull_id, is_deleted, file_row_number) desc
) = 1
    and not is_deleted
order by try_cast(SORT as bigint) nulls last, 1
"""
# Which of some users records of $files stand with, as they are now.
_RESPONSIBLE = """
select distinct try_cast(newest_row.responsible as bigint)
from (
    select
        arg_max(
            {'responsible': RESPONSIBLE, 'gone': is_deleted}, recency(pull_id, is_deleted, file_row_number)
        ) as newest_row
    from read_parquet($files, union_by_name = true, file_row_number = true)
    group by ID
)
where not newest_row.gone and list_contains($users, try_cast(newest_row.responsible as bigint))
"""
_RESPONSIBLE_OF = {
    entity: _RESPONSIBLE.replace("RESPONSIBLE,", f"{column},")
    for entity, column in {
        "leads": "ASSIGNED_BY_ID",
        "deals": "case when lower(IS_RECURRING) not in ('y', 'true', '1') then ASSIGNED_BY_ID end",
        "activities": "RESPONSIBLE_ID",
        "comments": "AUTHOR_ID",
    }.items()
}
DEFAULT_FUNNEL = 0


@dataclass(frozen=True)
class Named:
    """An employee or a funnel; `is_active` is False for whom nothing is planned: the dismissed, and outsiders
    (extranet, e-mail …) who have no lead, deal or activity."""

    id: int
    name: str
    is_active: bool = True


@dataclass(frozen=True)
class Names:
    """Everybody known: employees in the order of names, funnels in the portal's; empty before the first pull."""

    employees: tuple[Named, ...] = ()
    funnels: tuple[Named, ...] = ()

    @property
    def active(self) -> tuple[Named, ...]:
        """The employees a plan is made for."""
        return tuple(employee for employee in self.employees if employee.is_active)

    @cached_property
    def dismissed(self) -> frozenset[int]:
        """Ids of those no plan is made for (any more)."""
        return frozenset(employee.id for employee in self.employees if not employee.is_active)

    def employee(self, number: int) -> str:
        """An employee's name, or what the warehouse calls one it does not know."""
        return self._employees.get(number) or words("ru")("plan.unknown_employee", id=str(number))

    def funnel(self, number: int) -> str:
        """A funnel's name, or what the warehouse calls one it does not know."""
        return self._funnels.get(number) or words("ru")("plan.unknown_funnel", id=str(number))

    @cached_property
    def _employees(self) -> Mapping[int, str]:
        return {named.id: named.name for named in self.employees}

    @cached_property
    def _funnels(self) -> Mapping[int, str]:
        return {named.id: named.name for named in self.funnels}


NOBODY = Names()


def read_names(settings: Settings) -> Names:
    """The employees and funnels of the last pull; `NOBODY` before the first one.

    Raises:
        SnapshotsError: what was pulled cannot be read.
    """
    snapshots = Snapshots(settings.snapshots_dir)
    manifest = snapshots.manifest()
    if manifest is None:
        return NOBODY
    users = snapshots.select(_USERS, manifest.files("users"))
    working = _working(snapshots, manifest, [number for number, _, _, is_outsider in users if is_outsider])
    employees = [
        _named((number, name, is_dismissed or (is_outsider and number not in working)), "employee")
        for number, name, is_dismissed, is_outsider in users
    ]
    funnels = [_named(row, "funnel") for row in snapshots.select(_FUNNELS, manifest.files("funnels"))]
    deals = [*manifest.files("deals"), *manifest.files("deal_stage_history")]
    met = [] if funnels else funnel_ids(snapshots, [], deals)
    known = {funnel.id for funnel in funnels}
    lacking = [_named((number, "", False), "funnel") for number in {DEFAULT_FUNNEL, *met} - known]
    return Names(_by_name(employees), (*funnels, *sorted(lacking, key=lambda funnel: funnel.id)))


def _working(snapshots: Snapshots, manifest: Manifest, users: Sequence[int]) -> set[int]:
    """Those of some ``users`` who have a lead, a deal or an activity."""
    if not users:
        return set()
    return {
        number
        for entity, statement in _RESPONSIBLE_OF.items()
        for number in snapshots.numbers(statement, manifest.files(entity), users=list(users))
    }


def _named(row: tuple[int, str | None, bool], kind: str) -> Named:
    number, name, is_gone = row
    return Named(number, name or words("ru")(f"plan.unknown_{kind}", id=str(number)), not is_gone)


def _by_name(employees: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(employees, key=lambda employee: (employee.name.casefold(), employee.id)))
