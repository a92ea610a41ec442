"""The command line."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.cli.messages import show_problems, warn


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 a check that fails, 2 refused.

    Parameters
    ----------
    arguments
        The words of the command line, without the program's name; None takes them from it.
    """
    from equipoise.cli.application import application
    from equipoise.core.base import ProblemsError
    from equipoise.core.ledger import OutOfTurnError

    try:
        code = application(args=arguments, standalone_mode=True)
    except SystemExit as stop:
        code = stop.code
    except ProblemsError as error:
        show_problems(error.problems)
        return 2
    except OutOfTurnError as error:
        warn(f"Not yet: {error}." if not str(error).endswith(".") else f"Not yet: {error}")
        return 2
    except MissingExtraError as error:
        warn(str(error))
        return 2
    except KeyboardInterrupt:
        warn("Stopped; what was recorded in the ledger stands, nothing else was kept.")
        return 130
    except OSError as error:
        warn(f"The system refused: {error}. Nothing was half-written.")
        return 2
    return code if isinstance(code, int) else 0


class MissingExtraError(ImportError):
    """A command needs an extra that is not installed."""


def entry() -> None:
    """Run as a program."""
    raise SystemExit(main())
