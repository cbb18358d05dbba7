"""A module run as a child that ends with its parent, a killed one too: ``python -m ui.shell.child crm demo``."""

import os
import runpy
import sys
import threading
import time

from refresh.processes import birth, is_running

LOOK = 1.0  # seconds between two looks whether the parent is still there


def _end_with_parent(pid: int, born: str) -> None:
    while is_running(pid, born):
        time.sleep(LOOK)
    os._exit(0)


if __name__ == "__main__":
    module, *arguments = sys.argv[1:]
    parent = os.getppid()  # on Windows it stays the same when the parent is gone
    threading.Thread(target=_end_with_parent, args=(parent, birth(parent)), name="parent", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
