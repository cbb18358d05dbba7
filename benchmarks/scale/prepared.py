"""A set with its warehouse, made where it is not there."""

import resource
import time
from collections.abc import Callable

from benchmarks.scale.sets import write_set
from crm.settings import Settings
from metrics.warehouse.publish import build, is_stale


def prepare(
    settings: Settings, activities: int, seed: int, tell: Callable[[str], object] = print, *, rebuild: bool = False
) -> None:
    """Write the set under the settings' folders and build its warehouse, as far as needed, and tell how long it took.

    ``rebuild`` builds the warehouse anew, as a change of the SQL does by itself.
    """
    if not (settings.snapshots_dir / "manifest.json").exists():
        began = time.perf_counter()
        rows = write_set(settings, activities, seed)
        tell(f"{sum(rows.values()):,} rows written in {time.perf_counter() - began:.1f} s: {rows}")
    if rebuild or is_stale(settings):
        began = time.perf_counter()
        path = build(settings)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = path.stat().st_size / 2**20
        tell(f"built in {time.perf_counter() - began:.1f} s, {size:,.0f} MB; peak memory {peak:,.0f} MB")
