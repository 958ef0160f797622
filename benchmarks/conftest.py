"""What a benchmark measured beside its time, told below its name."""

import pytest


@pytest.fixture(autouse=True)
def told(request, benchmark):
    """One line for everything in the benchmark's ``extra_info``."""
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    reporter.write_line("")
    for name, value in benchmark.extra_info.items():
        reporter.write_line(f"  {request.node.name}: {name} {value}")
