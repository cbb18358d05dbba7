"""The list methods a demo portal has, and the fields of their rows by how they are compared."""

from demo.conditions import Fields
from demo.lists import Listing

_UTM = "UTM_SOURCE UTM_MEDIUM UTM_CAMPAIGN UTM_CONTENT UTM_TERM"


def _fields(numbers: str, dates: str, texts: str, key: str = "ID") -> Fields:
    return Fields(frozenset(numbers.split()), frozenset(dates.split()), frozenset(texts.split()), key)


LEADS = Listing(
    "leads",
    _fields(
        "ID COMPANY_ID CONTACT_ID ASSIGNED_BY_ID CREATED_BY_ID OPPORTUNITY",
        "DATE_CREATE DATE_MODIFY DATE_CLOSED MOVED_TIME LAST_ACTIVITY_TIME",
        f"TITLE STATUS_ID STATUS_SEMANTIC_ID SOURCE_ID CURRENCY_ID ADDRESS_CITY ADDRESS_COUNTRY OPENED {_UTM}",
    ),
    constants=(("CONTACT_ID", None), ("CREATED_BY_ID", "1"), ("OPENED", "Y"), ("HAS_PHONE", "N"), ("HAS_EMAIL", "N")),
)
DEALS = Listing(
    "deals",
    _fields(
        "ID CATEGORY_ID COMPANY_ID CONTACT_ID LEAD_ID ASSIGNED_BY_ID CREATED_BY_ID OPPORTUNITY",
        "DATE_CREATE DATE_MODIFY CLOSEDATE BEGINDATE MOVED_TIME LAST_ACTIVITY_TIME",
        f"TITLE STAGE_ID STAGE_SEMANTIC_ID IS_RECURRING SOURCE_ID CURRENCY_ID CLOSED OPENED {_UTM}",
    ),
    constants=(("CONTACT_ID", None), ("CREATED_BY_ID", "1"), ("OPENED", "Y"), ("TYPE_ID", "SALE")),
)
COMPANIES = Listing(
    "companies",
    _fields("ID ASSIGNED_BY_ID", "DATE_CREATE DATE_MODIFY", "TITLE ADDRESS_CITY ADDRESS_COUNTRY IS_MY_COMPANY"),
    constants=(("COMPANY_TYPE", "CUSTOMER"), ("IS_MY_COMPANY", "N"), ("OPENED", "Y")),
)
ACTIVITIES = Listing(
    "activities",
    _fields(
        "ID OWNER_ID OWNER_TYPE_ID TYPE_ID DIRECTION RESPONSIBLE_ID AUTHOR_ID RESULT_STATUS",
        "CREATED LAST_UPDATED START_TIME END_TIME DEADLINE",
        "PROVIDER_ID COMPLETED SUBJECT",
    ),
    order_by="START_TIME",
    constants=(
        *(("SUBJECT", ""), ("DESCRIPTION", ""), ("SETTINGS", []), ("PROVIDER_PARAMS", []), ("PRIORITY", "2")),
        ("RESULT_STATUS", "0"),
    ),
)
LEAD_HISTORY = Listing(
    "lead_stage_history",
    _fields("ID TYPE_ID OWNER_ID", "CREATED_TIME", "STATUS_ID STATUS_SEMANTIC_ID"),
    wrapped="items",
    strict=True,
    uncounted_total=None,
)
DEAL_HISTORY = Listing(
    "deal_stage_history",
    _fields("ID TYPE_ID OWNER_ID CATEGORY_ID", "CREATED_TIME", "STAGE_ID STAGE_SEMANTIC_ID"),
    wrapped="items",
    strict=True,
    uncounted_total=None,
)
STATUSES = Listing(
    "statuses",
    _fields("ID SORT", "", "ENTITY_ID STATUS_ID NAME SEMANTICS CATEGORY_ID SYSTEM"),
    order_by="SORT",
    selects=False,
)
COMMENTS = Listing(
    "comments",
    _fields("ID AUTHOR_ID", "CREATED", "COMMENT FILES"),
    constants=(("COMMENT", ""), ("FILES", [])),
)
USERS = Listing(
    "users",
    _fields("ID UF_DEPARTMENT", "", "NAME LAST_NAME SECOND_NAME ACTIVE WORK_POSITION USER_TYPE"),
    sort_param=True,
    constants=(("SECOND_NAME", ""), ("USER_TYPE", "employee"), ("IS_ONLINE", "N")),
)
DEPARTMENTS = Listing("departments", _fields("ID PARENT SORT", "", "NAME UF_HEAD"), sort_param=True, selects=False)
CALLS = Listing(
    "calls",
    _fields(
        "ID PORTAL_USER_ID CRM_ACTIVITY_ID CRM_ENTITY_ID CALL_DURATION",
        "CALL_START_DATE",
        "CALL_TYPE CALL_FAILED_CODE CRM_ENTITY_TYPE",
    ),
    sort_param=True,
    constants=(("CALL_RECORD_URL", None), ("COST", "0.0000"), ("CALL_CATEGORY", "external"), ("CALL_VOTE", None)),
    selects=False,
)
