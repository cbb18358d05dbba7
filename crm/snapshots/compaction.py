"""When the files of an entity have piled up they become one: a reader opens one file in place of many."""

from collections.abc import Mapping

from crm.snapshots.manifest import EntityState

FILES = 12  # beside the first one
SHARE = 4  # … or as many changed rows as a quarter of the first one has
FEWEST = 20_000  # rows: less is not worth a file of everything


def due(states: Mapping[str, EntityState]) -> list[str]:
    """The entities whose files are to become one."""
    return [entity for entity, state in states.items() if _has_piled_up(state)]


def _has_piled_up(state: EntityState) -> bool:
    if len(state.files) < 2:
        return False
    first, *later = state.files
    rows = sum(record.rows for record in later)
    return len(later) > FILES or (rows >= FEWEST and rows * SHARE > first.rows)
