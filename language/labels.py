"""Labels that can be told from each other: namesakes get what sets them apart in brackets behind their name."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def disambiguated_labels(labels: Mapping[Key, str], *details: Mapping[Key, str | None]) -> dict[Key, str]:
    """The labels by key, each one of its own: "Иванов Иван (Розница)".

    ``details`` are tried in order on labels that several keys still share: a department first, a number last. A key
    without a detail keeps its label for the next ones to set apart.
    """
    unique = dict(labels)
    for detail in details:
        times = Counter(unique.values())
        for key, label in labels.items():
            if times[unique[key]] > 1 and detail.get(key):
                unique[key] = f"{label} ({detail[key]})"
    return unique
