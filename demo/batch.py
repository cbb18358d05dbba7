"""The method `batch`: up to fifty commands in one request, one after another, chained by `$result[label][path]`."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from demo.lists import MethodError
from demo.methods import Desk
from demo.php import parse_str, php_map
from demo.replies import Reply

_REFERENCE = re.compile(r"\$(result|error|total|next|time)((?:\[[^\s\]]*\])+)\S*")

Clocked = Callable[[str], dict[str, Any]]


def run_batch(desk: Desk, params: Mapping[str, Any], clocked: Clocked) -> dict[str, Any]:
    """Run the commands of a batch; what stands under ``result`` of its answer.

    ``clocked`` makes the time block of a method. A command that is no string is skipped silently, as Bitrix24 does.
    Maps are written as PHP writes them.

    Raises:
        MethodError: there are too many, and the portal refuses them all for it.
    """
    commands = _commands(params.get("cmd"))
    if desk.faults.batch_too_long and len(commands) > desk.faults.batch_length:
        raise _too_long()
    maps: dict[str, dict[str, Any]] = {name: {} for name in ("result", "error", "total", "next", "time")}
    lies = desk.faults.lies and desk.faults.lies.of_batch({label: _method(command) for label, command in commands})
    replies: dict[str, Reply] = {}
    for place, (label, command) in enumerate(commands):
        if not isinstance(command, str):
            continue
        try:
            reply = _run(desk, command, maps, place)
            replies[label] = lies.made(label, reply) if lies else reply
            _note(maps, label, replies[label])
        except MethodError as error:
            desk.counters.refusals[error.code] += 1
            maps["error"][label] = {"error": error.code, "error_description": error.description}
            if str(params.get("halt") or "0").lower() not in ("0", "n", "false"):
                break
        else:
            maps["time"][label] = clocked(command.partition("?")[0])
    for label, reply in (lies.sent(replies) if lies else {}).items():
        _note(maps, label, reply)
    return {name if name == "result" else f"result_{name}": php_map(found) for name, found in maps.items()}


def nothing() -> dict[str, Any]:
    """The answer of a batch all of whose maps are empty."""
    return {name: [] for name in ("result", "result_error", "result_total", "result_next", "result_time")}


def _commands(given: Any) -> list[tuple[str, Any]]:
    if isinstance(given, Mapping):
        return [(str(label), command) for label, command in given.items()]
    return [(str(place), command) for place, command in enumerate(given or [])] if isinstance(given, list) else []


def _run(desk: Desk, command: str, maps: Mapping[str, Any], place: int) -> Reply:
    if place >= desk.faults.batch_length:
        raise _too_long()
    parts = urlsplit(command)
    name = _method(command)
    if name == "batch":
        raise MethodError("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
    given = {key: _resolved(value, maps) for key, value in parse_str(parts.query).items()}
    return desk.answer(name, given)


def _method(command: Any) -> str:
    """The method that a command names, in lower case."""
    return urlsplit(str(command)).path.lower().removesuffix(".json")


def _too_long() -> MethodError:
    return MethodError("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")


def _note(maps: Mapping[str, dict[str, Any]], label: str, reply: Reply) -> None:
    maps["result"][label] = reply.result
    for name, value in (("total", reply.total), ("next", reply.next)):
        if value is None:
            maps[name].pop(label, None)
        else:
            maps[name][label] = value


def _resolved(value: Any, maps: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(inner, maps) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, maps) for inner in value]
    found = _REFERENCE.search(value) if isinstance(value, str) else None
    if found is None:
        return value
    target = _walk(maps[found.group(1)], re.findall(r"\[([^\s\]]*)\]", found.group(2)))
    if isinstance(target, dict | list):
        return target
    return value[: found.start()] + str(target) + value[found.end() :]


def _walk(target: Any, path: list[str]) -> Any:
    """As deep as the path exists; a reference that leads nowhere is no error, it gives what it reached."""
    for step in path:
        if isinstance(target, dict) and step in target:
            target = target[step]
        elif isinstance(target, list) and step.isdigit() and int(step) < len(target):
            target = target[int(step)]
        else:
            break
    return target
