"""The rehearsed trials, shared with the other tests of the walk."""

from tests.rehearsed import command, demo, states

__all__ = ["command", "demo", "states"]
