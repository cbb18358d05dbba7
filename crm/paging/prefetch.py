"""What a pull is sure to ask, asked in as few batches as it fits into.

Whoever needs an answer asks for it as ever, and need not know that it is here already. So the loops that know how to
ask again, to doubt and to go on stay as they are, and a pull of a portal where nothing changed takes a request or two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from crm.portal.client import BATCH_SIZE, Answer, Command, Portal, PortalError
from crm.portal.commands import Ref
from crm.portal.errors import BrokenAnswer, ServerFailed, TimedOut

Group = Mapping[str, Command]


class Lists(Protocol):
    """A portal as those see it who ask for lists."""

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Ask one method."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
        """Ask up to fifty in one request."""

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait before another attempt."""


class Foresight:
    """A portal, and answers it has already given. Each is handed out once: who doubts it asks the portal itself."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._known: dict[str, list[Answer | PortalError]] = {}

    def foresee(self, groups: Iterable[Group]) -> None:
        """Ask for all ``groups`` of commands now. A group, whose commands refer to each other, is never torn apart.

        A batch that fails for its length or by a moment's trouble is left to those who need its answers.

        Raises:
            PortalError: the portal cannot be asked at all.
        """
        for batch in _packed(groups):
            labelled = {f"q{place}_{label}": command for place, group in batch for label, command in group.items()}
            try:
                answers = self._portal.batch({key: _within(command, key) for key, command in labelled.items()})
            except (TimedOut, BrokenAnswer, ServerFailed):
                continue
            for key, answer in answers.items():
                self._known.setdefault(labelled[key].text(), []).append(answer)

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Call one method, or give the answer at hand.

        An empty answer out of a batch is not believed where one method alone is asked: a portal in trouble empties
        whole batches.

        Raises:
            PortalError: what repeating could not mend.
        """
        known = self._taken([Command(method, params or {})])
        if known is not None:
            [answer] = known
            if isinstance(answer, Answer) and _holds_something(answer.result):
                return answer
            if isinstance(answer, PortalError) and not answer.retriable:
                raise answer
        return self._portal.call(method, params)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
        """Call up to 50 methods in one request, or give the answers at hand where all of them are.

        Raises:
            PortalError: the request as a whole failed.
        """
        known = self._taken(list(commands.values()))
        return dict(zip(commands, known, strict=True)) if known is not None else self._portal.batch(commands)

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait before another attempt."""
        self._portal.pause(seconds, key, **values)

    def _taken(self, commands: list[Command]) -> list[Answer | PortalError] | None:
        texts = [command.text() for command in commands]
        if not texts or any(len(self._known.get(text, ())) < texts.count(text) for text in texts):
            return None
        return [self._known[text].pop(0) for text in texts]


def _packed(groups: Iterable[Group]) -> list[list[tuple[int, Group]]]:
    """The groups, numbered, in as few batches as their order allows."""
    batches: list[list[tuple[int, Group]]] = []
    taken = BATCH_SIZE
    for place, group in enumerate(filter(None, groups)):
        if taken + len(group) > BATCH_SIZE:
            batches.append([])
            taken = 0
        batches[-1].append((place, group))
        taken += len(group)
    return batches


def _within(command: Command, key: str) -> Command:
    """The command with its references led to the labels that its group has in the batch."""
    prefix = key.partition("_")[0]
    return replace(command, params={name: _led(value, prefix) for name, value in command.params.items()})


def _led(value: Any, prefix: str) -> Any:
    if isinstance(value, Ref):
        return Ref(f"{prefix}_{value.label}", *value.path)
    if isinstance(value, Mapping):
        return {name: _led(inner, prefix) for name, inner in value.items()}
    return value


def _holds_something(result: Any) -> bool:
    if isinstance(result, Mapping):
        return any(_holds_something(inner) for inner in result.values())
    return result not in (None, "", [])
