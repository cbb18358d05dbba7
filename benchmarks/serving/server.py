"""The application as it is served, in a process of its own, and what it takes: seconds of CPU, megabytes."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from crm.settings import load_settings
from refresh.demo_settings import with_data

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9/rest/1/nobody1key2/"
PATIENCE = 60.0  # seconds a server may take to start


@dataclass(frozen=True)
class Server:
    """A server that runs: its address, and its process with all it has started."""

    address: str
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of CPU the server itself has taken, without the children it has started."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def megabytes(self) -> float:
        """What the server holds in memory."""
        return float(self.process.memory_info().rss) / 2**20


@contextmanager
def serving(data_folder: Path) -> Iterator[Server]:
    """Serve a data folder; no setting of this machine reaches the server, and it refreshes nothing by itself.

    A folder whose ``demo`` has the rows is the demo's; of any other the server is told a portal that nobody listens at.

    Raises:
        RuntimeError: it did not come up.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VITRINA_")}
    environment |= {"VITRINA_DATA_DIR": str(data_folder.resolve()), "VITRINA_REFRESH_MINUTES": "0"}
    if not with_data(load_settings(webhook_url=None, data_dir=data_folder)).is_demo:
        environment["VITRINA_WEBHOOK_URL"] = NOBODY
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), f"--server.port={port}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield Server(address, psutil.Process(process.pid))
        finally:
            process.terminate()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str) -> None:
    """Wait until a Streamlit server answers.

    Raises:
        RuntimeError: it did not come up.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the application did not come up")
