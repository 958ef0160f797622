"""What an installed user has: every requirement, the documentation, and a place for what is
compiled.
"""

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from command import sim
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORT_NAMES = {"scikit-learn": "sklearn", "salib": "SALib"}
TOGETHER = {
    "markupsafe": "jinja2",
    "llvmlite": "numba",
    "pydantic_core": "pydantic",
    "click": "typer",
    "PIL": "matplotlib",
    "h11": "uvicorn",
}
"""Packages that come with another, on whose own requirements we may rely."""


def required(lines: list[str]) -> set[str]:
    names = [re.match(r"[\w-]+", line)[0].lower() for line in lines]
    return {IMPORT_NAMES.get(name, name) for name in names}


def imported(file: Path) -> set[tuple[str, bool]]:
    """Packages that a module imports, and whether it does so when it is imported itself."""
    tree = ast.parse(file.read_text())
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in set(ast.walk(tree)) - typing_only:
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        found |= {(name.partition(".")[0], node in tree.body) for name in names}
    return found


def test_what_is_imported_is_required_or_an_extra():
    core = required(PROJECT["dependencies"])
    extras = set().union(
        *(required(PROJECT["optional-dependencies"][name]) for name in ("analysis", "explore", "cluster"))
    )
    for file in (ROOT / "sim").rglob("*.py"):
        for name, at_once in imported(file):
            if name in sys.stdlib_module_names or name == "sim":
                continue
            name = TOGETHER.get(name, name)
            # The live page is a door of its own: its command says what is missing.
            allowed = core | extras if not at_once or file.is_relative_to(ROOT / "sim" / "explore") else core
            assert name in allowed, (file, name)


def test_mesa_finds_what_it_imports_without_requiring_it():
    assert "networkx" in required(PROJECT["dependencies"])


def test_the_documentation_is_there_by_name(tmp_path):
    listed = sim("docs", cwd=tmp_path).stdout
    assert all(name in listed for name in ("rubric", "validation", "communities.csv"))
    page = (ROOT / "docs" / "scenario_rubric.md").read_text()
    assert sim("docs", "scenario_rubric", cwd=tmp_path).stdout == page
    # What the book makes of the casebook is made here too.
    ahead, _, _ = (ROOT / "docs" / "rubric.md").read_text().partition("```{fields-of-the-rubric}")
    printed = sim("docs", "rubric", cwd=tmp_path).stdout
    assert printed.startswith(ahead)
    assert "| `departure` |" in printed
    assert "{" + "fields" not in printed
    assert "accepted: analysis" in sim("docs", "nonsense", code=2, cwd=tmp_path).stderr


def texts(file: Path) -> list[str]:
    """Texts of a module that are no docstrings, or all of a template."""
    if file.suffix != ".py":
        return [file.read_text()]
    tree = ast.parse(file.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in bare]
    return [node.value for node in constants if isinstance(node.value, str)]


def test_messages_name_pages_that_an_installed_user_can_read():
    """What is printed points to ``sim docs``, not to a file of the checkout."""
    known = set(re.findall(r"^  (\S+)", sim("docs").stdout, re.MULTILINE))
    for file in [*(ROOT / "sim").rglob("*.py"), *(ROOT / "sim").rglob("*.j2")]:
        for text in texts(file):
            assert set(re.findall(r"sim docs ([a-z_]+(?:\.csv)?)", text)) <= known, (file, text)
            assert not re.search(r"\bdocs/\w+\.(md|csv)", text), (file, text)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users here")
@pytest.mark.longer
def test_without_a_folder_to_write_to_it_runs_and_says_so(tmp_path):
    site = tmp_path / "site"
    shutil.copytree(ROOT / "sim", site / "sim", ignore=shutil.ignore_patterns("__pycache__", "page", "report"))
    for place in [site, *site.rglob("*")]:
        place.chmod(place.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    command = [sys.executable, "-c", "from sim.kernel.streams import uniform; print(uniform(1, 2))"]
    if os.geteuid() == 0:
        # As root, whose right to write anywhere is dropped.
        dropped = shutil.which("setpriv")
        if dropped is None:
            pytest.skip("setpriv is not installed")
        command = [dropped, "--bounding-set=-dac_override", "--inh-caps=-dac_override", *command]
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment |= {"HOME": str(site), "PYTHONPATH": str(site), "TMPDIR": str(tmp_path / "tmp")}
    environment.pop("XDG_CACHE_HOME", None)
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)
    for place in [site, *site.rglob("*")]:
        place.chmod(place.stat().st_mode | stat.S_IWUSR)
    assert done.returncode == 0, done.stderr
    assert 0.0 <= float(done.stdout) < 1.0
    assert done.stderr.count("\n") == 1, done.stderr
    assert "set NUMBA_CACHE_DIR to a folder that can be written" in done.stderr
    assert not list((tmp_path / "tmp").iterdir()), "the temporary folder is gone with its process"


def test_a_closed_standard_output_is_no_traceback():
    command = f"{sys.executable} -m sim version >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
