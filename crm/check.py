"""Whether a webhook sees all the reports need: whose it is, what it may not ask, and what each gap costs.

One request: the portal's own answer about the webhook (`profile`, `scope`, `method.get`) and a trial of each list,
because a right may be missing where a scope is granted.
"""

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crm.paging.field_list import field_rows
from crm.portal.client import (
    Answer,
    Command,
    MethodMissing,
    Portal,
    PortalError,
    PortalRefused,
)
from crm.pull.user_fields import DESCRIBED_BY, named_fields, setting_name
from crm.resources import RESOURCES, SIMPLE_MODE, Dialect, Resource, Walk
from crm.settings import Settings
from language import ExplainedError, Message, Words, words

ALL_THERE, USABLE, UNUSABLE = 0, 1, 2
NO_SUCH_ID = 2**31 - 1
REPEATS = 3

# A method's scopes, by its first word; any one of them is enough.
SCOPES: Mapping[str, tuple[str, ...]] = {
    "crm": ("crm",),
    "user": ("user", "user_basic", "user_brief"),
    "department": ("department",),
    "voximplant": ("telephony",),
}


@dataclass(frozen=True)
class Missing:
    """A method the webhook may not ask: for want of a ``scope`` (else ""), and in the portal's words, if it had any."""

    method: str
    scope: str
    entities: tuple[str, ...]
    is_required: bool
    reason: PortalError | None = None


@dataclass(frozen=True)
class CheckReport:
    """What a webhook can see. ``None``: the portal does not say."""

    host: str
    renamed_from: str | None
    user_id: str | None
    owner: str
    is_admin: bool | None
    scopes: tuple[str, ...] | None
    missing: tuple[Missing, ...]
    has_leads: bool | None
    server_time: dt.datetime | None
    timezone: str
    unknown_fields: Mapping[str, tuple[str, ...]]  # that a setting (by its name) names and the portal lacks

    @property
    def exit_code(self) -> int:
        """0: all there; 1: usable, something is missing; 2: unusable."""
        if any(gap.is_required for gap in self.missing):
            return UNUSABLE
        return ALL_THERE if self.is_admin and not self.missing and not self.unknown_fields else USABLE

    @property
    def offset_differs(self) -> bool:
        """Whether the portal's clock is in another zone than the one days are counted in."""
        if self.server_time is None:
            return False
        return self.server_time.utcoffset() != self.server_time.astimezone(ZoneInfo(self.timezone)).utcoffset()

    def text(self, language: str) -> str:
        """The report for a person, a line a finding."""
        say = words(language)
        lines = [*self._who(say), *self._clock(say), *self._gaps(say, language)]
        verdict = {ALL_THERE: "check.all_there", USABLE: "check.usable", UNUSABLE: "check.unusable"}
        return "\n".join([*lines, "", say(verdict[self.exit_code])])

    def _who(self, say: Words) -> list[str]:
        lines = [say("check.portal", host=self.host)]
        if self.renamed_from:
            lines.append(say("portal.renamed", old=self.renamed_from, new=self.host))
        owner = self.owner or say("check.owner_unknown")
        admin = {True: "check.is_admin", False: "check.no_admin", None: "check.admin_unknown"}[self.is_admin]
        lines.append(say("check.owner", owner=owner, id=self.user_id or "?"))
        lines.append(say(admin))
        if self.scopes is not None:
            lines.append(say("check.scopes", scopes=", ".join(self.scopes) or say("check.no_scopes")))
        leads = {True: "check.with_leads", False: "check.without_leads_mode", None: "check.leads_unknown"}
        return [*lines, say(leads[self.has_leads])]

    def _clock(self, say: Words) -> list[str]:
        if self.server_time is None:
            return [say("check.clock_unknown")]
        shown, offset = say.moment(self.server_time), self.server_time.strftime("%z")
        offset = f"{offset[:3]}:{offset[3:5]}"
        key = "check.clock_differs" if self.offset_differs else "check.clock"
        return [say(key, moment=shown, offset=offset, timezone=self.timezone)]

    def _gaps(self, say: Words, language: str) -> list[str]:
        scopes = sorted({gap.scope for gap in self.missing if gap.scope})
        lines = [f"— {say('check.scope_gap', scope=name)} {say(f'check.without_scope.{name}')}" for name in scopes]
        for gap in self.missing:
            if not gap.scope:
                what = gap.reason.text(language) if gap.reason else say("check.method_gap", method=gap.method)
                costs = " ".join(say(f"check.without.{entity}") for entity in gap.entities)
                lines.append(f"— {what} {costs}")
        for setting, fields in self.unknown_fields.items():
            lines.append(f"— {say('pull.fields_unknown', name=setting, fields=', '.join(fields))}")
        return ["", *lines] if lines else []


def check(
    portal: Portal, timezone: str = "Europe/Moscow", wanted: Mapping[str, tuple[str, ...]] | None = None
) -> CheckReport:
    """Ask a portal what its webhook can see.

    ``timezone`` is the one days are counted in; ``wanted`` maps entities to the user fields that the settings name.

    Raises:
        PortalError: the portal could not be asked, or refuses the webhook as a whole.
    """
    wanted = {entity: fields for entity, fields in (wanted or {}).items() if fields}
    described = {DESCRIBED_BY[entity] for entity in wanted}
    resources = tuple(each for each in RESOURCES if each.walk is not Walk.FIELDS or each.entity in described)
    answers = _ask(portal, _questions(resources))
    profile = answers["profile"]
    if isinstance(profile, PortalRefused) and not isinstance(profile, MethodMissing):
        raise profile
    person = _value(profile, dict) or {}
    scopes = _value(answers["scope"], list)
    mode = _value(answers["mode"], int | str)
    return CheckReport(
        host=portal.host,
        renamed_from=portal.renamed_from,
        user_id=str(person["ID"]) if person.get("ID") else None,
        owner=" ".join(str(person[name]) for name in ("NAME", "LAST_NAME") if person.get(name)),
        is_admin=person["ADMIN"] if isinstance(person.get("ADMIN"), bool) else _value(answers["admin"], bool),
        scopes=None if scopes is None else tuple(str(scope) for scope in scopes),
        missing=_missing(resources, answers, scopes),
        has_leads={"1": True, "2": False}.get(str(mode)),
        server_time=_moment(answers["time"]),
        timezone=timezone,
        unknown_fields=_unknown_fields(wanted, resources, answers),
    )


def command(settings: Settings) -> int:
    """`python -m crm check`: print the report, return its exit code."""
    language = settings.language or "ru"
    if settings.webhook_url is None:
        return _say(words(language)("check.no_webhook"), UNUSABLE)

    def print_notice(notice: Message) -> None:
        sys.stderr.write(notice.text(language) + "\n")

    try:
        portal = Portal(
            settings.webhook_url,
            requests_per_second=settings.requests_per_second,
            burst=settings.request_burst,
            on_notice=print_notice,
        )
        with closing(portal):
            report = check(
                portal, settings.timezone, {entity: named_fields(settings, entity) for entity in DESCRIBED_BY}
            )
    except ExplainedError as error:
        return _say(error.text(language), UNUSABLE)
    return _say(report.text(language), report.exit_code)


def _say(text: str, code: int) -> int:
    sys.stdout.write(text + "\n")
    return code


def _questions(resources: Sequence[Resource]) -> dict[str, Command]:
    questions = {
        "profile": Command("profile"),
        "admin": Command("user.admin"),
        "scope": Command("scope"),
        "time": Command("server.time"),
        "mode": Command("crm.settings.mode.get"),
    }
    for method in _methods(resources):
        questions[_label("may", method)] = Command("method.get", {"name": method})
    for resource in resources:
        if resource.walk in (Walk.KEYSET, Walk.WHOLE, Walk.STATUSES, Walk.FIELDS):
            questions[_label("try", resource.method)] = _trial(resource)
    return questions


def _trial(resource: Resource) -> Command:
    """The list method of a resource, asked for no row where it can be."""
    if resource.walk is not Walk.KEYSET:
        return Command(resource.method, resource.params)
    name = "filter" if resource.dialect is Dialect.CRM else "FILTER"
    return Command(resource.method, {**resource.params, name: {">ID": NO_SUCH_ID}, "start": -1})


def _ask(portal: Portal, questions: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
    answers = portal.batch(questions)
    for _ in range(REPEATS):
        again = {
            label: questions[label]
            for label, answer in answers.items()
            if isinstance(answer, PortalError) and answer.retriable
        }
        answers |= portal.batch(again)
    return answers


def _missing(
    resources: Sequence[Resource], answers: Mapping[str, Answer | PortalError], scopes: list[Any] | None
) -> tuple[Missing, ...]:
    granted = None if scopes is None else {str(scope).lower() for scope in scopes}
    # A portal that does not know method.get refuses it for every method alike.
    has_method_get = any(isinstance(answers[_label("may", method)], Answer) for method in _methods(resources))
    gaps = []
    for method, entities in _methods(resources).items():
        wanted = SCOPES[method.split(".")[0]]
        has_scope = granted is None or bool(granted & set(wanted))
        trial = answers.get(_label("try", method))
        refused = trial if isinstance(trial, PortalRefused) else None
        if has_scope and not refused and (not has_method_get or _is_available(answers[_label("may", method)])):
            continue
        is_required = any(resource.required and resource.method == method for resource in resources)
        if method == "crm.lead.list" and str(_value(answers["mode"], int | str)) == SIMPLE_MODE:
            is_required = False
        gaps.append(Missing(method, "" if has_scope else wanted[0], entities, is_required, refused))
    return tuple(gaps)


def _unknown_fields(
    wanted: Mapping[str, tuple[str, ...]], resources: Sequence[Resource], answers: Mapping[str, Answer | PortalError]
) -> dict[str, tuple[str, ...]]:
    """The fields wanted that the portal's description lacks, by their setting; none where it gives no description."""
    answered = {each.entity: answers[_label("try", each.method)] for each in resources if each.walk is Walk.FIELDS}
    unknown: dict[str, tuple[str, ...]] = {}
    for entity, fields in wanted.items():
        answer = answered[DESCRIBED_BY[entity]]
        rows = field_rows(answer) if isinstance(answer, Answer) else None
        known = {row["FIELD"] for row in rows or ()}
        if rows is not None and (lacking := tuple(field for field in fields if field not in known)):
            unknown[setting_name(entity)] = lacking
    return unknown


def _methods(resources: Sequence[Resource]) -> dict[str, tuple[str, ...]]:
    """The methods a pull needs (beyond what a portal says of itself) → the entities each gives."""
    found: dict[str, tuple[str, ...]] = {}
    for resource in resources:
        if resource.walk is not Walk.IDENTITY:
            found[resource.method] = (*found.get(resource.method, ()), resource.entity)
    return found


def _is_available(answer: Answer | PortalError) -> bool:
    if isinstance(answer, PortalError):
        return not isinstance(answer, PortalRefused)
    result = answer.result if isinstance(answer.result, dict) else {}
    return result.get("isExisting") is not False and result.get("isAvailable") is not False


def _label(question: str, method: str) -> str:
    return f"{question}_{method.replace('.', '_')}"


def _value(answer: Answer | PortalError, kind: Any) -> Any:
    """The result, if there is one and it is what it should be."""
    return answer.result if isinstance(answer, Answer) and isinstance(answer.result, kind) else None


def _moment(answer: Answer | PortalError) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(_value(answer, str) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
