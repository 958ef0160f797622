"""A command starts at once, and finds what is shipped from wherever it is called."""

import importlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import tomllib

import pytest
import typer
from command import sim
from conftest import ROOT, SHIPPED

from sim import InputError, load_scenario
from sim import __dict__ as package
from sim.cli.app import COMMANDS
from sim.sweep.load import load_sweep

HEAVY = ("pandas", "matplotlib", "scipy", "numba", "mesa", "pyarrow", "numpy", "rich")
SWEEPS = sorted(path.stem for path in (ROOT / "sweeps").glob("*.toml"))


def python(code: str, *, path=ROOT, cwd=ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported(*arguments: str) -> set[str]:
    """All modules in the process of a command once it has ended."""
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print('\\n' + json.dumps(sorted(sys.modules))))\n"
        f"sys.argv = {['sim', *arguments]!r}\n"
        "from sim.cli import main\n"
        "main()"
    )
    return set(json.loads(python(code).splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"], ["sweep", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    assert not imported(*arguments) & set(HEAVY)


@pytest.mark.longer
def test_a_run_imports_only_what_it_needs():
    assert not imported("run", "mountain_view") & {"mesa", "matplotlib", "scipy.stats", "SALib", "ema_workbench"}


@pytest.mark.longer
def test_a_scenario_is_checked_without_tables_and_figures():
    assert not imported("validate", "mountain_view") & {"pandas", "pyarrow", "mesa", "matplotlib", "scipy.special"}


def completed(words: str, home, shell="bash") -> list[str]:
    """What a shell offers for the last word of a line."""
    count = words.count(" ")
    environment = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(count)},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        "pwsh": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_WORD_TO_COMPLETE": words.split(" ")[-1]},
    }[shell]
    return reported_to_a_shell(home, {**environment, "_SIM_COMPLETE": f"complete_{shell}"}).split()


def reported_to_a_shell(home, environment: dict[str, str], *arguments: str) -> str:
    code = f"import sys; sys.argv = {['sim', *arguments]!r}; from sim.cli import main; main()"
    where = {"HOME": str(home), "USERPROFILE": str(home), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **where, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
@pytest.mark.libraries
@pytest.mark.longer
def test_a_shell_completes_commands(shell, tmp_path):
    reported = completed("sim com", tmp_path, shell)
    for name in ("compare", "community"):
        assert any(name in line for line in reported), reported
    assert not any(name in line for line in reported for name in ("sweep", "codebook"))
    assert "complete" in reported_to_a_shell(tmp_path, {"_SIM_COMPLETE": f"source_{shell}"}).lower()


@pytest.mark.once
@pytest.mark.longer
def test_a_shell_completes_options_and_what_is_shipped(tmp_path):
    assert completed("sim compare --repl", tmp_path) == ["--replicates"]
    assert "mountain_view" in completed("sim run mou", tmp_path)
    assert completed("sim sweep first", tmp_path) == ["first_try"]
    assert completed("sim run ./mine", tmp_path) == []  # So that the shell offers files.


def test_completion_is_installed_where_the_shell_reads_it(tmp_path):
    reported_to_a_shell(tmp_path, {}, "--install-completion", "bash")
    (script,) = tmp_path.glob(".bash_completions/*")
    assert "_SIM_COMPLETE=complete_bash" in script.read_text()
    assert str(script) in (tmp_path / ".bashrc").read_text()


def test_the_list_of_commands_is_their_own_help():
    for name, (place, line) in COMMANDS.items():
        module, _, function = place.partition(".")
        found = getattr(importlib.import_module(f"sim.cli.{module}"), function)
        reported = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found) or ""
        assert " ".join(reported.split("\n\n")[0].split()) == line, name


@pytest.mark.longer
def test_all_that_the_package_offers_is_there_when_asked_for():
    code = (
        "import sim, sys\n"
        "assert 'numba' not in sys.modules\n"
        "assert set(sim.__all__) <= set(dir(sim))\n"
        "assert all(getattr(sim, name) is not None for name in sim.__all__)\n"
        "from sim import *\n"
        "assert simulate is sim.simulate and rules is sim.rules\n"
        "assert not hasattr(sim, 'nonsense')"
    )
    python(code)
    assert set(package["_HOME"]) | {"region", "rules"} == set(package["__all__"])


@pytest.mark.once
@pytest.mark.longer
def test_shipped_files_are_found_by_name_from_anywhere(tmp_path, monkeypatch):
    assert json.loads(sim("validate", "mountain_view", "--json", cwd=tmp_path).stdout)["valid"]
    monkeypatch.chdir(tmp_path)
    assert [load_scenario(name).name for name in SHIPPED] == SHIPPED
    assert [load_sweep(name).spec.name for name in SWEEPS] == SWEEPS
    # One's own file of that name comes first.
    (tmp_path / "cheshire.toml").write_text('schema = 2\nextends = "mountain_view"\nname = "ours"\n')
    assert load_scenario("cheshire.toml").name == "ours"
    assert load_scenario("cheshire").name == "cheshire"


def test_what_is_not_shipped_is_reported_with_what_is(tmp_path):
    for load, known in ((load_scenario, "mountain_view"), (load_sweep, "first_try")):
        with pytest.raises(InputError, match=f"nowhere: no such file; accepted: .*{known}"):
            load("nowhere")
        with pytest.raises(InputError, match="no such file"):
            load(tmp_path / f"{known}.toml")


@pytest.mark.once
@pytest.mark.longer
def test_the_package_as_installed_finds_them_too(tmp_path):
    """Laid out as the wheel is, away from the checkout."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    site = tmp_path / "site"
    for folder in wheel["packages"]:
        shutil.copytree(ROOT / folder, site / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in wheel["force-include"].items():
        shutil.copytree(ROOT / source, site / target)
    code = (
        "import sim; from sim.sweep.load import load_sweep\n"
        "print(sim.__file__, sim.load_scenario('mountain_view', 'greenfield').name, load_sweep('first_try').spec.name)"
    )
    file, *names = python(code, path=site, cwd=tmp_path).split()
    assert file.startswith(str(site))
    assert names == ["mountain_view", "first_try"]
