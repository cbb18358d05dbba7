"""What a run was measured on."""

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path

import psutil

PACKAGES = ("duckdb", "streamlit", "altair", "pandas", "polars")


def describe(began: dt.datetime, loads: tuple[float, float]) -> tuple[str, ...]:
    """The run's day and length, the processor, memory, versions, and how busy the machine was before and after it."""
    minutes = (dt.datetime.now(dt.UTC) - began).total_seconds() / 60
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version}" for name in PACKAGES if (version := _version(name)))
    return (
        f"Run of {began:%Y-%m-%d}, {minutes:.0f} minutes",
        f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GB of memory",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {versions}",
        f"Load (processes that want a core, mean of a minute) before the run {loads[0]:.1f}, at its end {loads[1]:.1f}",
    )


def load() -> float:
    """How many processes wanted a core in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
