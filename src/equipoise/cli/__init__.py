"""The command line: commands, progress, messages, exit codes."""

from equipoise.cli.running import entry, main

__all__ = ["entry", "main"]
