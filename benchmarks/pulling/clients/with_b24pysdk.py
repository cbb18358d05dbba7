"""b24pysdk, Bitrix24's own: `call_list_fast`. It speaks https alone; here its address is led to the loopback portal."""

from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import requests
from b24pysdk import BitrixWebhook

from benchmarks.pulling.clients.measured import Job, drive


def pull(job: Job) -> list[dict[str, Any]]:
    """All rows, in memory."""
    parts = urlsplit(job.webhook)
    _speak_plain_http()
    token = BitrixWebhook(domain=parts.netloc, webhook_token=parts.path.removeprefix("/rest/"))
    return list(token.call_list_fast(job.method, {"select": job.fields})["result"])


def _speak_plain_http() -> None:
    """The one thing changed in the library: the scheme of the addresses it sends to."""
    post = requests.post
    requests.post = lambda url, **more: post(url.replace("https://", "http://", 1), **more)


if __name__ == "__main__":
    drive(f"b24pysdk {version('b24pysdk')}", pull)
