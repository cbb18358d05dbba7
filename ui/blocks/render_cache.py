"""What blocks draw, kept as the browser gets it: charts and tables, shared by all sessions.

With every answer in memory, a page spends most of its time on making the charts and tables it has made before. Here
they are kept by all that they are made from, so that a block that is drawn again asks, reckons and formats nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from metrics.query.filters import Filters
from ui import theme
from ui.blocks.block import Block
from ui.state import url_state

MOST_PARTS = 2048
MOST_BYTES = 64 * 2**20  # of all parts together; one that takes more than a quarter is not kept

Part = TypeVar("Part")


@dataclass(frozen=True)
class Key:
    """Everything that a part of a block is made from.

    Whatever a block asks, it asks under the filters of its page or of itself, or under one of them with a filter left
    out that its code names; so both stand here whole. ``build_id`` stands for the data and all settings, ``page`` and
    ``block`` for the code, ``switches`` for what the reader chose in the block's head.
    """

    build_id: str
    page: str
    block: str
    part: str
    filters: Filters
    own_filters: Filters
    switches: tuple[tuple[str, str], ...]
    language: str
    is_dark: bool
    is_narrow: bool


def kept(block: Block, part: str, make: Callable[[], Part], size_of: Callable[[Part], int]) -> Part:
    """What ``make`` returns for a block, from the cache where it was made before from the same.

    ``part`` tells apart what one block keeps. ``make`` may depend on the block, its context and the switches of its
    head, and on nothing else; what it returns is shared by all sessions and must not be changed. ``size_of`` tells how
    many bytes it takes.
    """
    key = key_of(block, part)
    found = _cache.get(key)
    if found is None:
        found = make()
        _cache.put(key, found, size_of(found))
    made: Part = found
    return made


def key_of(block: Block, part: str) -> Key:
    """The key of a part of a block as it is drawn in this run."""
    context = block.context
    return Key(
        build_id=context.warehouse.build_id,
        page=context.page,
        block=block.name,
        part=part,
        filters=context.filters(),
        own_filters=context.filters(block.name),
        switches=url_state.switches_of(block.name),
        language=context.words.language,
        is_dark=theme.is_dark(),
        is_narrow=theme.is_narrow(),
    )


def clear() -> None:
    """Drop everything that is kept."""
    _cache.clear()


class RenderCache:
    """Parts by key, the least recently used dropped first; safe to use from many threads.

    It keeps at most so many parts and bytes.
    """

    def __init__(self, most_parts: int = MOST_PARTS, most_bytes: int = MOST_BYTES) -> None:
        self._most_parts, self._most_bytes = most_parts, most_bytes
        self._lock = threading.Lock()
        self._parts: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Any:
        """The part of a key; None where it is not kept."""
        with self._lock:
            if key not in self._parts:
                return None
            self._parts.move_to_end(key)
            return self._parts[key][0]

    def put(self, key: Key, part: Any, size: int) -> None:
        """Keep a part of ``size`` bytes, and drop others until there is room for it."""
        if size > self._most_bytes // 4:
            return
        with self._lock:
            if key in self._parts:
                return
            self._parts[key] = part, size
            self._bytes += size
            while self._bytes > self._most_bytes or len(self._parts) > self._most_parts:
                self._bytes -= self._parts.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Drop every part."""
        with self._lock:
            self._parts.clear()
            self._bytes = 0


_cache = RenderCache()
