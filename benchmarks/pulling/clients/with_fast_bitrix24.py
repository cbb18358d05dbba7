"""fast_bitrix24: `get_all`, with its own limits left as they are."""

from importlib.metadata import version
from typing import Any

from fast_bitrix24 import Bitrix

from benchmarks.pulling.clients.measured import Job, drive


def pull(job: Job) -> list[dict[str, Any]]:
    """All rows, in memory."""
    rows: list[dict[str, Any]] = Bitrix(job.webhook, verbose=False).get_all(job.method, {"select": job.fields})
    return rows


if __name__ == "__main__":
    drive(f"fast_bitrix24 {version('fast_bitrix24')}", pull)
