"""One timed simulation in a process of its own: NAME TRIALS WORKERS."""

import sys

from benchmarks.power import timed_run

if __name__ == "__main__":
    timed_run(sys.argv[1], int(sys.argv[2]), sys.argv[3])
