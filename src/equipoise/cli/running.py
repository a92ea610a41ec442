"""Running a command: every way in which it can end has its words and its exit code."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.cli.messages import MissingExtraError, show_problems, warn

#: Done; a check that fails or a model that did not converge; refused; stopped by the user.
DONE, FAILED, REFUSED, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments
        The words of the command line, without the program's name; None takes them from it.

    Returns
    -------
    int
        0 done; 1 something that was checked does not hold; 2 refused: bad input, or a step out
        of turn; 130 stopped by the user.
    """
    from equipoise.cli.application import application
    from equipoise.core.base import ProblemsError
    from equipoise.core.ledger import OutOfTurnError

    try:
        words = None if arguments is None else list(arguments)
        application(args=words, prog_name="equipoise", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE
    except ProblemsError as error:
        show_problems(error.problems)
    except OutOfTurnError as error:
        warn(f"Not now: {str(error).rstrip('.')}.")
    except MissingExtraError as error:
        warn(str(error))
    except KeyboardInterrupt:
        warn("Stopped. What stands in the ledger stands; nothing else was kept.")
        return STOPPED
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        warn(f"The system refused{where}: {error.strerror or error}. Nothing was half-written.")
    return REFUSED


def entry() -> None:
    """Run as a program."""
    raise SystemExit(main())
