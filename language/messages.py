"""A sentence for a person, apart from any language: a key of the catalogue and its values; the errors that bear one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

from language.formats import words

Value = Union[str, int, float, dt.date, None, "Message"]

DAY = "day"  # a value of this name is a date: JSON has none, it is written as an ISO text


@dataclass(frozen=True, init=False)
class Message:
    """A text of the catalogue with what stands in its placeholders: ``Message("pull.renamed", old="a", new="b")``.

    The language is chosen where it is shown, not where it is made. A value may be a message itself ("deals: …cause…")
    and is said in the same language. Values never hold a secret: they are printed, logged, stored and drawn on pages.
    """

    key: str
    values: Mapping[str, Value]

    def __init__(self, key: str, /, **values: Value) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.values.items())))

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("ru" or "en"): plain text, what a portal or a cell held included.

        Raises:
            KeyError: the catalogue does not hold it: a version that knew more texts has stored it.
        """
        shown = {name: v.text(language) if isinstance(v, Message) else v for name, v in self.values.items()}
        return words(language)(self.key, **shown)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads back: ``{"key": "pull.renamed", "values": {"old": "a", "new": "b"}}``."""
        return {"key": self.key, "values": {name: _to_json(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, stored: Any) -> "Message":
        """A message out of a file.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        if not isinstance(stored, Mapping) or not isinstance(stored["values"], Mapping):
            raise TypeError(f"no message: {stored!r}")
        return cls(str(stored["key"]), **{name: _from_json(name, value) for name, value in stored["values"].items()})


def _to_json(value: Value) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    return value.isoformat() if isinstance(value, dt.date) else value


def _from_json(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return Message.from_json(value)
    if not isinstance(value, str | int | float | None):
        raise TypeError(f"no value of a message: {value!r}")
    return dt.date.fromisoformat(value) if name == DAY and isinstance(value, str) else value


class ExplainedError(Exception):
    """Something went wrong, and its message says what to do about it: ``PlanError("plan.file.suffix", name="a.txt")``.

    The one kind of error a person is shown.
    """

    def __init__(self, key: str, /, **values: Value) -> None:
        self.message = Message(key, **values)
        super().__init__(self.message)

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("ru" or "en")."""
        return self.message.text(language)

    def __str__(self) -> str:
        return self.text("ru")
