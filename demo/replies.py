"""What a command of a portal gives."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What a command gives: its result and, of a list, where it goes on and how many there are."""

    result: Any
    next: int | None = None
    total: int | None = None
