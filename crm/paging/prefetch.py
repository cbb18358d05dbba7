"""Prefetch: what a pull is sure to ask, asked in as few batches as it fits into.

Whoever needs an answer asks for it as ever, and need not know that it is here already. So the loops that know how to
retry, to doubt and to go on stay as they are, and a pull of a portal where nothing changed takes a request or two.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from crm.portal.client import BATCH_SIZE, Answer, Command, Portal, PortalError
from crm.portal.errors import BatchTooLong, BrokenAnswer, ServerFailed, TimedOut

CONTROL = Command("server.time")  # cannot be empty: where it is, a portal in trouble has emptied the batch

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
        self._length = BATCH_SIZE  # as many commands as the portal takes in a batch
        self._answers: dict[str, list[Answer | PortalError]] = {}  # by the text of the command

    def prefetch(self, groups: Iterable[Group]) -> None:
        """Ask for all ``groups`` of commands now. A group is never torn apart; two that begin with the same command
        are never in one request: who asks twice wants to hear it twice.

        A batch that fails by a moment's trouble, or comes back without any content, is left to those who need its
        answers; one that is too long for the portal is asked for in shorter ones.

        Raises:
            PortalError: the portal cannot be asked at all.
        """
        waiting = [group for group in groups if group]
        while waiting:
            refused: list[Group] = []
            for batch in _pack(waiting, self._length):
                refused += self._fetch(batch)
            waiting = [group for group in refused if len(group) <= self._length]

    def _fetch(self, batch: Sequence[Group]) -> list[Group]:
        """Ask for a batch and keep the answers; the groups that are refused for its length."""
        plan = _labels(batch)
        commands = {
            sent: group[label].with_labels(f"q{place}_")
            for place, (group, labels) in enumerate(zip(batch, plan, strict=True))
            for label, sent in labels.items()
            if sent.startswith(f"q{place}_")
        }
        if len(commands) < self._length and CONTROL not in commands.values():
            commands["control"] = CONTROL
        try:
            answers = self._portal.batch(commands)
        except BatchTooLong:
            self._length = len(commands) // 2
            return list(batch)
        except (TimedOut, BrokenAnswer, ServerFailed):
            return []
        taken = [answer for answer in answers.values() if not isinstance(answer, BatchTooLong)]
        if len(taken) < len(answers):
            self._length = len(taken)
        if not any(isinstance(answer, Answer) and _has_content(answer.result) for answer in taken):
            taken = []
        refused: list[Group] = []
        for group, labels in zip(batch, plan, strict=True):
            found = {label: answers[sent] for label, sent in labels.items()}
            if any(isinstance(answer, BatchTooLong) for answer in found.values()):
                refused.append(group)
            elif taken:
                for label, answer in found.items():
                    self._answers.setdefault(group[label].text(), []).append(answer)
        return refused

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
        if answers is not None:
            return dict(zip(commands, answers, strict=True))
        try:
            return self._portal.batch(commands)
        except BatchTooLong:
            if len(commands) == 1 or any(command.refers for command in commands.values()):
                raise
        labels = list(commands)
        halves = labels[: len(labels) // 2], labels[len(labels) // 2 :]
        return {
            label: answer
            for half in halves
            for label, answer in self.batch({label: commands[label] for label in half}).items()
        }

    def pause(self, seconds: float, key: str, **values: str) -> None:
        """Wait before another attempt."""
        self._portal.pause(seconds, key, **values)

    def _pop(self, commands: list[Command]) -> list[Answer | PortalError] | None:
        """The prefetched answers to all of these commands; None, and none is taken, where one is missing."""
        texts = [command.text() for command in commands]
        if not texts or any(len(self._answers.get(text, ())) < texts.count(text) for text in texts):
            return None
        return [self._answers[text].pop(0) for text in texts]


def _pack(groups: Iterable[Group], size: int) -> list[list[Group]]:
    """The groups in few batches of up to ``size`` commands, each in the first one that has room for it."""
    batches: list[list[Group]] = []
    for group in groups:
        first = next(iter(group.values()))
        for batch in batches:
            is_asked = any(first == next(iter(other.values())) for other in batch)
            if not is_asked and len({sent for labels in _labels([*batch, group]) for sent in labels.values()}) <= size:
                batch.append(group)
                break
        else:
            batches.append([group])
    return batches


def _labels(batch: Sequence[Group]) -> list[dict[str, str]]:
    """For each group the labels of its commands → those they are sent by in a common batch.

    What several groups ask is sent once. What one group asks twice is sent twice: it wants to hear it twice.
    """
    asked: dict[str, str] = {}
    plan = []
    for place, group in enumerate(batch):
        texts = {label: command.text() for label, command in group.items() if not command.refers}
        labels = {label: asked.get(texts.get(label, ""), f"q{place}_{label}") for label in group}
        asked.update({text: labels[label] for label, text in texts.items()})
        plan.append(labels)
    return plan


def _has_content(result: Any) -> bool:
    if isinstance(result, Mapping):
        return any(_has_content(inner) for inner in result.values())
    return result not in (None, "", [])
