"""A module run as a child that ends with its parent, a killed one too: ``python -m ui.shell.child crm demo``."""

import os
import runpy
import sys
import threading
import time

LOOK = 1.0  # seconds between two looks whether the parent is still there


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(0)


if __name__ == "__main__":
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), name="parent", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
