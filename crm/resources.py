"""What is pulled from a portal: a record an entity. Adding an entity adds a record here, not a loop elsewhere.

Only the fields that reports need are asked for: no phones, no e-mails, no texts of letters or comments.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})
SIMPLE_MODE = "2"  # the answer of crm.settings.mode.get for a CRM of deals without leads


class Walk(Enum):
    """By which mechanism the rows of an entity are pulled."""

    IDENTITY = "identity"  # one row, put together from what the portal says of itself
    KEYSET = "keyset"  # ranges of ids, each walked to its proven end
    WHOLE = "whole"  # a short list asked as a whole, following `next`
    FIELDS = "fields"  # one answer that describes the fields of an entity
    STATUSES = "statuses"  # the whole list united with each dictionary asked by name
    BY_RECORD = "by record"  # one command for each lead, deal or activity: the second phase


class Dialect(Enum):
    """How a list method takes its order and its filter."""

    CRM = "crm"  # order: {ID: ASC}, filter: {>ID: 7, <=ID: 9}
    USERS = "users"  # sort: ID, order: ASC, FILTER: {>ID: 7}
    CALLS = "calls"  # SORT: ID, ORDER: ASC, FILTER: {>ID: 7}


@dataclass(frozen=True)
class Resource:
    """One entity: what it is called here, which method gives it, where its rows lie and what is kept of them.

    `columns` are the snapshot's, in order; `sent_as` says where the portal's name of a field differs. `rows_at` is
    the path from an answer's result to its rows, `start_param` the name of a short list's offset. `bounded` methods
    take ``<=ID`` too, so that ranges can be cut. `required` entities fail a pull when they are refused; others are
    declared absent. `optional` ones may fail for as long as they will: what is here of them stays. `watched` ones
    must not shrink unnoticed. Of what only `grows` rows stay that a later pull does not see any more; of what
    `keeps_changes` each value that was seen stays beside the newest (`RowFiles.keep_changes`). `watermark` is the
    field with the moment of a record's last change, which may appear `late` by so much. `touched` is one that moves
    with any activity or comment of a record; a portal may not filter by it. `conditions` of a filter leave a part of
    the entity (see `changed_since`). `unsteady` columns change by themselves, so that a row which differs in them alone
    is the same row. `user_fields` are those of the columns that people made themselves and the
    settings name (crm/pull/user_fields.py).
    """

    entity: str
    method: str
    columns: tuple[str, ...]
    walk: Walk = Walk.KEYSET
    dialect: Dialect = Dialect.CRM
    key: tuple[str, ...] = ("ID",)
    rows_at: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    sent_as: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    start_param: str = "start"
    bounded: bool = True
    required: bool = False
    optional: bool = False
    grows: bool = False
    keeps_changes: bool = False
    watched: bool = True
    watermark: str | None = None
    late: timedelta = timedelta()
    touched: str | None = None
    conditions: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    unsteady: tuple[str, ...] = ()
    user_fields: tuple[str, ...] = ()

    @property
    def phase(self) -> int:
        """1: entities; 2: what costs a command a record."""
        return 2 if self.walk is Walk.BY_RECORD else 1

    @property
    def fingerprint(self) -> str:
        """Changes when the entity gains, loses or renames a field."""
        fields = (f"{column}={self.sent_as.get(column, column)}" for column in self.columns)
        return hashlib.sha256("\n".join((self.method, *fields)).encode()).hexdigest()[:16]


def moment_of_change(resource: Resource, moment: str) -> str:
    """Since when changes have to be asked for, to get all that appear after ``moment`` (ISO, with its offset)."""
    return (datetime.fromisoformat(moment) - resource.late).isoformat()


def changed_since(resource: Resource, field: str, moment: str) -> Resource:
    """The part of a resource whose ``field`` has ``moment`` or a later one."""
    return replace(resource, conditions={f">={field}": moment})


def _fields(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_UTM = "UTM_SOURCE UTM_MEDIUM UTM_CAMPAIGN UTM_CONTENT UTM_TERM"
_TOUCHED = "DATE_CREATE DATE_MODIFY"
_DESCRIPTION = _fields("FIELD TYPE IS_MULTIPLE LABEL ITEMS TARGET")

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "portal",
        "server.time",
        _fields("ORIGIN HOST USER_ID IS_ADMIN SERVER_TIME LEADS_MODE SCOPES"),
        walk=Walk.IDENTITY,
        key=(),
        required=True,
        unsteady=("SERVER_TIME",),
    ),
    Resource(
        "funnels",
        "crm.category.list",
        _fields("ID NAME SORT IS_DEFAULT"),
        walk=Walk.WHOLE,
        rows_at=("categories",),
        params={"entityTypeId": 2},
        sent_as={"ID": "id", "NAME": "name", "SORT": "sort", "IS_DEFAULT": "isDefault"},
    ),
    Resource(
        "currencies",
        "crm.currency.list",
        _fields("CURRENCY AMOUNT AMOUNT_CNT BASE"),
        walk=Walk.WHOLE,
        key=("CURRENCY",),
        keeps_changes=True,  # what was closed has the rate of its day
    ),
    Resource(
        "departments",
        "department.get",
        _fields("ID NAME PARENT SORT"),
        walk=Walk.WHOLE,
        params={"sort": "ID", "order": "ASC"},
        start_param="START",
    ),
    Resource(
        "users",
        "user.get",
        _fields("ID NAME LAST_NAME ACTIVE UF_DEPARTMENT USER_TYPE"),
        dialect=Dialect.USERS,
        bounded=False,
    ),
    Resource(
        "lead_fields",
        "crm.lead.fields",
        _DESCRIPTION,
        walk=Walk.FIELDS,
        key=("FIELD",),
        watched=False,
        optional=True,
    ),
    Resource(
        "deal_fields",
        "crm.deal.fields",
        _DESCRIPTION,
        walk=Walk.FIELDS,
        key=("FIELD",),
        watched=False,
        optional=True,
    ),
    Resource(
        "companies",
        "crm.company.list",
        _fields("ID TITLE ADDRESS_CITY ADDRESS_COUNTRY DATE_MODIFY"),
        watermark="DATE_MODIFY",
    ),
    Resource(
        "leads",
        "crm.lead.list",
        _fields(
            "ID TITLE STATUS_ID STATUS_SEMANTIC_ID SOURCE_ID COMPANY_ID ASSIGNED_BY_ID OPPORTUNITY CURRENCY_ID "
            f"{_TOUCHED} DATE_CLOSED MOVED_TIME LAST_ACTIVITY_TIME ADDRESS_CITY ADDRESS_COUNTRY {_UTM}"
        ),
        required=True,
        watermark="DATE_MODIFY",
        touched="LAST_ACTIVITY_TIME",
    ),
    Resource(
        "deals",
        "crm.deal.list",
        _fields(
            "ID TITLE CATEGORY_ID STAGE_ID STAGE_SEMANTIC_ID IS_RECURRING OPPORTUNITY CURRENCY_ID COMPANY_ID "
            f"CONTACT_ID LEAD_ID CLOSEDATE ASSIGNED_BY_ID {_TOUCHED} MOVED_TIME LAST_ACTIVITY_TIME SOURCE_ID {_UTM}"
        ),
        required=True,
        watermark="DATE_MODIFY",
        touched="LAST_ACTIVITY_TIME",
    ),
    Resource(
        "activities",
        "crm.activity.list",
        _fields(
            "ID OWNER_ID OWNER_TYPE_ID TYPE_ID PROVIDER_ID DIRECTION COMPLETED RESPONSIBLE_ID CREATED LAST_UPDATED "
            "START_TIME END_TIME DEADLINE RESULT_STATUS"
        ),
        watermark="LAST_UPDATED",
    ),
    Resource(
        "lead_stage_history",
        "crm.stagehistory.list",
        _fields("ID TYPE_ID OWNER_ID CREATED_TIME STATUS_ID STATUS_SEMANTIC_ID"),
        rows_at=("items",),
        params={"entityTypeId": 1},
        grows=True,
        watched=False,
        watermark="CREATED_TIME",
    ),
    Resource(
        "deal_stage_history",
        "crm.stagehistory.list",
        _fields("ID TYPE_ID OWNER_ID CREATED_TIME CATEGORY_ID STAGE_ID STAGE_SEMANTIC_ID"),
        rows_at=("items",),
        params={"entityTypeId": 2},
        grows=True,
        watched=False,
        watermark="CREATED_TIME",
    ),
    Resource(  # after the deals: hidden funnels are known by them alone
        "statuses",
        "crm.status.list",
        _fields("ID ENTITY_ID STATUS_ID NAME SORT SEMANTICS"),
        walk=Walk.STATUSES,
        key=("ENTITY_ID", "STATUS_ID"),
    ),
    Resource(
        "calls",
        "voximplant.statistic.get",
        _fields("ID CRM_ACTIVITY_ID PORTAL_USER_ID CALL_TYPE CALL_FAILED_CODE CALL_DURATION CALL_START_DATE"),
        dialect=Dialect.CALLS,
        bounded=False,
        watermark="CALL_START_DATE",
        late=timedelta(days=1),  # a record's length and activity are filled in when the call is over, or later
        optional=True,
    ),
    Resource(
        "activity_bindings",
        "crm.activity.binding.list",
        _fields("ACTIVITY_ID ENTITY_TYPE_ID ENTITY_ID"),
        walk=Walk.BY_RECORD,
        key=("ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID"),
        sent_as={"ENTITY_TYPE_ID": "entityTypeId", "ENTITY_ID": "entityId"},
        watched=False,
        optional=True,
    ),
    Resource(
        "comments",
        "crm.timeline.comment.list",
        _fields("ID ENTITY_ID ENTITY_TYPE CREATED AUTHOR_ID"),
        walk=Walk.BY_RECORD,
        grows=True,
        watched=False,
        optional=True,
    ),
)

BY_ENTITY: Mapping[str, Resource] = MappingProxyType({resource.entity: resource for resource in RESOURCES})
ENTITIES: tuple[str, ...] = tuple(BY_ENTITY)
SWEPT = ("companies", "leads", "deals", "activities")  # of which all fields are compared once a day, see the sweep
