"""What every test shares: the shared data, and the rule that CI skips no comparison."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# .ci/run installs what these need, so that in CI a skip would hide that nothing was compared.
NEVER_SKIPPED_IN_CI = ("r", "spark", "dask", "linkage", "chromium", "libreoffice")


def _in_ci() -> bool:
    return os.environ.get("CI") == "true"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    longrepr = report.longrepr
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a comparison into a failure, in CI."""
    report = yield
    marks = [name for name in NEVER_SKIPPED_IN_CI if item.get_closest_marker(name)]
    if _in_ci() and marks and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} is marked {', '.join(marks)} and was skipped ({_reason(report)}). "
            "With CI=true that is a failure: let .ci/run install what it needs."
        )
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skip of a whole module into a failure, in CI: its marks would never be seen."""
    report = yield
    if _in_ci() and report.skipped:
        reason = _reason(report)
        report.outcome = "failed"
        report.longrepr = (
            f"{collector.nodeid} was skipped as a whole ({reason}). "
            "With CI=true that is a failure: mark the tests and skip them one by one."
        )
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real reference files that may lie beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data is not there")
    return folder
