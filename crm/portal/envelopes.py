"""A portal's answer read out of bytes: envelopes, refusals, the maps of a batch. Any of it may be of a wrong type."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.portal.errors import BrokenAnswer, MissingLabel, NotAPortal, PortalError, refusal
from language.clean import clean_text

MOST_SHOWN = 300  # characters of a portal's own words that are passed on


@dataclass(frozen=True)
class Answer:
    """The answer of one method: `result` as received, `next` and `total` where it pages, `time` (may be empty)."""

    result: Any
    next: int | None = None
    total: int | None = None
    time: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """Reads answers of one portal; `scrub` takes its webhook out of its own words."""

    host: str
    scrub: Callable[[str], str]

    def read(self, method: str, status: int, body: bytes) -> Answer | PortalError:
        """The answer to one request, or the error it amounts to."""
        try:
            envelope = json.loads(body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return self._no_json(method, status)
        if not isinstance(envelope, dict):
            return BrokenAnswer("portal.broken_answer", host=self.host, method=method)
        if "result" not in envelope or envelope.get("error"):
            if "error" in envelope or status >= 400:
                return self._refusal(envelope, method, status)
            return BrokenAnswer("portal.broken_answer", host=self.host, method=method)
        if method == "batch" and not isinstance(envelope["result"], dict):
            return BrokenAnswer("portal.broken_answer", host=self.host, method=method)
        return Answer(
            result=envelope["result"],
            next=_whole(envelope.get("next")),
            total=_whole(envelope.get("total")),
            time=_map(envelope.get("time")),
        )

    def read_batch(self, outer: Answer, methods: Mapping[str, str]) -> dict[str, Answer | PortalError]:
        """Each label sent → its answer or its error; ``methods`` maps the labels sent to their methods."""
        maps = {name: _map(outer.result.get(name)) for name in _MAPS}
        errors = self._errors(outer.result.get("result_error"), maps["result"], methods)
        read: dict[str, Answer | PortalError] = {}
        for label, method in methods.items():
            if label in errors:
                read[label] = self._refusal(errors[label], method, status=200)
            elif label in maps["result"]:
                read[label] = Answer(
                    result=maps["result"][label],
                    next=_whole(maps["result_next"].get(label)),
                    total=_whole(maps["result_total"].get(label)),
                    time=_map(maps["result_time"].get(label)),
                )
            else:
                read[label] = MissingLabel("portal.missing_label", host=self.host, method=method, label=label)
        return read

    def _errors(self, errors: Any, results: Mapping[str, Any], methods: Mapping[str, str]) -> dict[str, Any]:
        """Errors by label. A list bears no labels: it is dealt out only where there is no doubt whose each one is."""
        if isinstance(errors, dict):
            return errors
        if isinstance(errors, list) and errors:
            unanswered = [label for label in methods if label not in results]
            if len(unanswered) == len(errors):
                return dict(zip(unanswered, errors, strict=True))
        return {}

    def _refusal(self, envelope: Any, method: str, status: int) -> PortalError:
        error = envelope if isinstance(envelope, dict) else {"error_description": envelope}
        description = self.scrub(clean_text(error.get("error_description") or ""))
        code = self.scrub(clean_text(error.get("error") or ""))
        return refusal(code[:MOST_SHOWN], description[:MOST_SHOWN], status, method, self.host)

    def _no_json(self, method: str, status: int) -> PortalError:
        if status in (429, 500, 502, 503, 504):
            return refusal("", "", status, method, self.host)
        if 400 <= status < 500 and status not in (403, 408):
            return NotAPortal("portal.not_a_portal", host=self.host, status=str(status))
        return BrokenAnswer("portal.broken_answer", host=self.host, method=method)


_MAPS = ("result", "result_next", "result_total", "result_time")


def _map(value: Any) -> dict[str, Any]:
    """PHP writes an empty map as ``[]``; anything else that is no map is treated as empty too."""
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None
