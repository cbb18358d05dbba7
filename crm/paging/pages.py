"""Rows of an entity on their way: what an `EntityPull` takes, whoever brings them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from crm.paging.workers import Piece, RawRow


class Pages(Protocol):
    """Rows of an entity as they come; `share` of them, 0 to 1, is behind."""

    @property
    def share(self) -> float: ...

    def __iter__(self) -> Iterator[Piece]: ...


@dataclass(frozen=True)
class Doubts:
    """Ranges whose counts here and there differ: their rows as they are walked anew, and the ids `known` in them."""

    pages: Pages
    known: Sequence[int]


@dataclass(frozen=True)
class ShortList:
    """Pages of an entity that is too short to tell how much of it is behind."""

    pages: Iterable[list[RawRow]]
    share: float = 0.0

    def __iter__(self) -> Iterator[Piece]:
        return map(Piece, self.pages)
