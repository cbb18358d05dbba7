"""Processes on every system: whether one is still there, and one that gives way to all others.

A number alone does not tell whether it is there, for numbers are given again.
"""

import psutil

LOWEST = 19  # of the priorities of Unix
_SAME_SECONDS = 2.0  # two looks at one process differ by what the system rounds


def give_way() -> None:
    """Give this process the lowest priority: readers wait for none of its work."""
    psutil.Process().nice(getattr(psutil, "IDLE_PRIORITY_CLASS", LOWEST))


def birth(pid: int) -> str:
    """When the process ``pid`` began, in seconds; "" where none runs. Another process of that number has another birth.

    Counted from the system's start (on Windows as the system noted it), so that a clock set meanwhile changes nothing.
    """
    try:
        process = psutil.Process(pid)
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return ""
        return f"{process.create_time() - (0.0 if psutil.WINDOWS else psutil.boot_time()):.2f}"
    except psutil.Error:
        return ""


def is_running(pid: int, born: str) -> bool:
    """Whether the process ``pid`` runs and is the one that had the `birth` ``born``."""
    try:
        return abs(float(birth(pid)) - float(born)) < _SAME_SECONDS
    except ValueError:
        return False
