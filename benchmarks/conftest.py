"""What a benchmark measured beside its time, told below the table of times."""

import pytest

MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True)
def measured(request, benchmark):
    """One line for everything in the benchmark's ``extra_info``."""
    yield
    lines = request.config.stash.setdefault(MEASURED, [])
    lines.extend(f"{request.node.name}: {name} {value}" for name, value in benchmark.extra_info.items())


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(MEASURED, []):
        terminalreporter.write_line(line)
