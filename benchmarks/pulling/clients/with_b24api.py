"""b24api: the walk without counting of version 2 (Python 3.12 and newer), or of 0.4, the last one for Python 3.11."""

import asyncio
import os
from importlib.metadata import version
from typing import Any

import b24api

from benchmarks.pulling.clients.measured import Job, drive


def pull(job: Job) -> list[dict[str, Any]]:
    """All rows, in memory."""
    if hasattr(b24api.Bitrix24, "iter_list_keyset"):
        return asyncio.run(_walked(job))
    os.environ["BITRIX24_API_WEBHOOK_URL"] = job.webhook
    request = {"method": job.method, "parameters": {"select": job.fields}}
    return list(b24api.Bitrix24().list_batched_no_count(request))


async def _walked(job: Job) -> list[dict[str, Any]]:
    request = b24api.Request(
        job.method,
        {"select": job.fields},
        b24api.ReplaySafety.SAFE,
        route=b24api.RouteKind.BARE,
    )
    identity = b24api.IdentitySpec(
        item_path=("ID",),
        filter_key="ID",
        order_key="ID",
        coercion=b24api.IdentityCoercion.DECIMAL_STRING_INTEGER,
    )
    keyset = b24api.KeysetSpec(
        filter_path=b24api.ParameterPath(("filter",)), order_path=b24api.ParameterPath(("order",))
    )
    async with b24api.Bitrix24.from_webhook(job.webhook) as client:
        rows = client.iter_list_keyset(
            request, selector=b24api.ResultSelector(()), identity=identity, page_size=50, keyset=keyset
        )
        return [row async for row in rows]


if __name__ == "__main__":
    drive(f"b24api {version('b24api')}", pull)
