"""``python -m equipoise``."""

from equipoise.cli import entry

if __name__ == "__main__":
    entry()
