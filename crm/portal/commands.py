"""A command of a batch as Bitrix24 reads it: a method and a PHP query string, each value encoded exactly once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote


class Ref:
    """A value taken from an earlier command of the same batch: ``Ref("c00", 49, "ID")``.

    It must be the whole value: the portal reads a reference up to the next space.
    """

    def __init__(self, label: str, *path: str | int) -> None:
        self.label = label
        self.path = path

    def __str__(self) -> str:
        return "$result" + "".join(f"[{step}]" for step in (self.label, *self.path))

    def __repr__(self) -> str:
        return f"Ref({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True)
class Command:
    """One command of a batch: a method and its parameters (str, int, float, bool, `Ref`, maps and lists of them)."""

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """``crm.lead.list?filter[%3EID]=0&start=-1``.

        Raises:
            ValueError: a None; a command string cannot say null, an empty string would arrive instead.
            TypeError: a value of a kind that has no form in a query.
        """
        return self._text

    @cached_property
    def _text(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in _pairs(self.params))
        return f"{self.method}?{query}" if query else self.method

    @property
    def refers(self) -> bool:
        """Whether it takes a value from the answer of another command."""
        return any(isinstance(value, Ref) for value in _values(self.params))

    def with_labels(self, prefix: str) -> "Command":
        """The command as it has to be sent where the labels that it refers to are sent with a ``prefix``."""
        return replace(self, params={name: _prefixed(value, prefix) for name, value in self.params.items()})


def _values(params: Mapping[str, Any]) -> Iterator[Any]:
    for value in params.values():
        if isinstance(value, Mapping):
            yield from _values(value)
        else:
            yield value


def _prefixed(value: Any, prefix: str) -> Any:
    if isinstance(value, Ref):
        return Ref(f"{prefix}{value.label}", *value.path)
    if isinstance(value, Mapping):
        return {name: _prefixed(inner, prefix) for name, inner in value.items()}
    return value


def _pairs(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in params.items():
        yield from _flat(quote(str(key), safe=""), value)


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{key}[{quote(str(name), safe='')}]", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, inner in enumerate(value):
            yield from _flat(f"{key}[{index}]", inner)
    else:
        yield key, quote(_scalar(key, value), safe="")


def _scalar(key: str, value: Any) -> str:
    if value is None:
        raise ValueError(f"a command string cannot say null ({key})")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int | float | Ref):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no form in a command string ({key})")
