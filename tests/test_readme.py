"""What the README and the page of commands show works."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from sim import load_scenario

README, COMMANDS = (ROOT / "README.md").read_text(), (ROOT / "docs" / "commands.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README + COMMANDS, re.DOTALL)


@pytest.mark.slow  # A swapped rule compiles the engine anew.
def test_python_examples_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    for block in blocks("python"):
        exec(block, {})


def test_the_scenario_example_loads(tmp_path):
    (block,) = blocks("toml")
    (tmp_path / "ours.toml").write_text(block)
    assert load_scenario(tmp_path / "ours.toml", "greenfield").design.capacity == 200


def test_commands_and_files_named_exist():
    for path in re.findall(r"scenarios/\w+\.toml|docs/[\w/]+\.\w+", README):
        assert Path(ROOT / path).is_file(), path
    targets = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make (\w+)", README):
        assert f"\n{target}:" in targets, target
