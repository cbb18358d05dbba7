"""Prefetch: what a pull is sure to ask, asked in as few batches as it fits into.

Whoever needs an answer asks for it as ever, and need not know that it is here already. So the loops that know how to
retry, to doubt and to go on stay as they are, and a pull of a portal where nothing changed takes a request or two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from crm.portal.client import BATCH_SIZE, Answer, Command, Portal, PortalError
from crm.portal.commands import Ref
from crm.portal.errors import BrokenAnswer, ServerFailed, TimedOut

Group = Mapping[str, Command]  # commands by their labels; one may refer to the answer of an earlier one


class Lists(Protocol):
    """What code that asks for lists needs of a portal: `Portal` itself, or one with prefetched answers."""

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Ask one method."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
        """Ask up to fifty in one request."""

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait before another attempt."""


class PrefetchedPortal:
    """A portal, and answers it has already given. Each is handed out once: who doubts it asks the portal itself."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._answers: dict[str, list[Answer | PortalError]] = {}  # by the text of the command

    def prefetch(self, groups: Iterable[Group]) -> None:
        """Ask for all ``groups`` of commands now. A group is never torn apart.

        A batch that fails for its length or by a moment's trouble is left to those who need its answers.

        Raises:
            PortalError: the portal cannot be asked at all.
        """
        for batch in _pack(groups):
            commands = {f"q{place}_{label}": command for place, group in batch for label, command in group.items()}
            try:
                answers = self._portal.batch({key: _relabel(command, key) for key, command in commands.items()})
            except (TimedOut, BrokenAnswer, ServerFailed):
                continue
            for key, answer in answers.items():
                self._answers.setdefault(commands[key].text(), []).append(answer)

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Call one method, or give the answer at hand.

        An empty answer out of a batch is not believed where one method alone is asked: a portal in trouble empties
        whole batches.

        Raises:
            PortalError: what repeating could not mend.
        """
        answers = self._pop([Command(method, params or {})])
        if answers is not None:
            [answer] = answers
            if isinstance(answer, Answer) and _has_content(answer.result):
                return answer
            if isinstance(answer, PortalError) and not answer.retriable:
                raise answer
        return self._portal.call(method, params)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Answer | PortalError]:
        """Call up to 50 methods in one request, or give the answers at hand where all of them are.

        Raises:
            PortalError: the request as a whole failed.
        """
        answers = self._pop(list(commands.values()))
        return dict(zip(commands, answers, strict=True)) if answers is not None else self._portal.batch(commands)

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait before another attempt."""
        self._portal.pause(seconds, key, **values)

    def _pop(self, commands: list[Command]) -> list[Answer | PortalError] | None:
        """The prefetched answers to all of these commands; None, and none is taken, where one is missing."""
        texts = [command.text() for command in commands]
        if not texts or any(len(self._answers.get(text, ())) < texts.count(text) for text in texts):
            return None
        return [self._answers[text].pop(0) for text in texts]


def _pack(groups: Iterable[Group]) -> list[list[tuple[int, Group]]]:
    """The groups, numbered, in as few batches as their order allows."""
    batches: list[list[tuple[int, Group]]] = []
    size = BATCH_SIZE
    for place, group in enumerate(filter(None, groups)):
        if size + len(group) > BATCH_SIZE:
            batches.append([])
            size = 0
        batches[-1].append((place, group))
        size += len(group)
    return batches


def _relabel(command: Command, key: str) -> Command:
    """The command labelled ``key`` with its references led to the labels that its group has in the batch."""
    prefix = key.partition("_")[0]
    return replace(command, params={name: _relabel_refs(value, prefix) for name, value in command.params.items()})


def _relabel_refs(value: Any, prefix: str) -> Any:
    if isinstance(value, Ref):
        return Ref(f"{prefix}_{value.label}", *value.path)
    if isinstance(value, Mapping):
        return {name: _relabel_refs(inner, prefix) for name, inner in value.items()}
    return value


def _has_content(result: Any) -> bool:
    if isinstance(result, Mapping):
        return any(_has_content(inner) for inner in result.values())
    return result not in (None, "", [])
