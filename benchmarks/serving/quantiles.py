"""Percentiles of what was waited for."""

from collections.abc import Sequence


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value that a part of the ordered ones does not exceed; 0 where there is none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
