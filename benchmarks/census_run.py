"""Read one census and print how long it took and what was in it, as JSON: a process of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Read the census that is named, to its last child."""
    from equipoise.authority.readers import CensusReader

    path = Path(sys.argv[1])
    begun = time.perf_counter()
    reader = CensusReader(path, path.name)
    episodes = sum(len(child.episodes) for child in reader.children())
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "read": dict(reader.account.read), "kept": episodes}))


if __name__ == "__main__":
    main()
