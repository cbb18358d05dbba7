"""The identity of a portal, fetched before anything else, and whether the snapshots are of the same portal."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.paging.prefetch import Lists
from crm.portal.client import Command, Portal, PortalContradicts, PortalRefused
from crm.snapshots.manifest import Manifest
from language import ExplainedError, Message

MODE = "crm.settings.mode.get"


class ForeignPortal(ExplainedError):
    """The snapshots hold another portal's rows."""


@dataclass(frozen=True)
class Identity:
    """`server_time` is the portal's clock, ISO with its offset; `row` the one row of the entity `portal`."""

    server_time: str
    row: Mapping[str, Any]
    notes: tuple[Message, ...]


def identity_commands() -> dict[str, Command]:
    """The commands of `fetch_identity`; the clock first: what changes later is left to the next pull."""
    return {f"i{place}": Command(method) for place, method in enumerate(("server.time", "profile", MODE, "scope"))}


def fetch_identity(portal: Portal, lists: Lists) -> Identity:
    """Ask a portal, through ``lists``, for its clock first, then for its owner, its scopes and its way with leads.

    What it refuses to answer is left empty.

    Raises:
        PortalError: it cannot be asked at all, or its clock makes no sense.
    """
    server_time = lists.call("server.time").result
    if not _is_moment(server_time):
        raise PortalContradicts("pull.no_clock", method="server.time")
    profile = _result_or_none(lists, "profile")
    owner: Mapping[str, Any] = profile if isinstance(profile, Mapping) else {}
    row = {
        "ORIGIN": portal.origin,
        "HOST": portal.host,
        "USER_ID": owner.get("ID"),
        "IS_ADMIN": owner.get("ADMIN"),
        "SERVER_TIME": server_time,
        "LEADS_MODE": _result_or_none(lists, MODE),
        "SCOPES": _result_or_none(lists, "scope"),
    }
    notes = (Message("pull.not_admin"),) if owner.get("ADMIN") is False else ()
    return Identity(server_time, row, notes)


def verify_identity(portal: Portal, before: Manifest | None, *, any_name: bool) -> tuple[Message, ...]:
    """Make sure that the published rows are this portal's; a note when it has been renamed.

    Call it after `fetch_identity`: only then the portal knows of a redirect. ``any_name``: somebody who knows says it
    is the same portal under whatever name.

    Raises:
        ForeignPortal: the rows are another portal's.
    """
    if before is None or before.origin == portal.origin:
        return ()
    if not any_name and portal.renamed_from != before.host:
        folder = str(before.directory)
        raise ForeignPortal("pull.foreign", here=before.host, there=portal.host, folder=folder)
    return (Message("pull.renamed", old=before.host, new=portal.host),)


def _result_or_none(lists: Lists, method: str) -> Any:
    try:
        return lists.call(method).result
    except PortalRefused:
        return None


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
