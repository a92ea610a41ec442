"""Run a command and print as JSON how long it took and its peak memory; standard library only.

A process counts the memory of whoever started it, up to the moment it becomes the command. The
benchmark holds gigabytes of data, so commands are started from here, a process of a few megabytes.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the command; with ``told`` its standard output is handed on inside the JSON."""
    told, command = sys.argv[1] == "told", sys.argv[2:]
    begun = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if told else subprocess.DEVNULL,
        stderr=None if told else subprocess.DEVNULL,
        encoding="utf-8",
    )
    said = child.stdout.read() if child.stdout is not None else ""
    peak = None
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    else:
        child.wait()
    seconds = time.perf_counter() - begun
    found = {"seconds": seconds, "megabytes": peak, "code": child.returncode, "said": said}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
