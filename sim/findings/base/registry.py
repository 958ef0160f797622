"""Which findings there are: each file of sim/findings is one, and a file of one's own can be."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import sim.findings as package
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Figures, Finding, Found, Tables
from sim.io.errors import InputError, Unsupported, shown
from sim.io.reading import is_file


@cache
def findings() -> tuple[Finding, ...]:
    """The findings of the package, in order: every file of ``sim/findings`` is one.

    Examples
    --------
    >>> [finding.name for finding in findings()][:3]
    ['hypothesis', 'overview', 'risk']
    """
    names = [module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg]
    found = [_finding_of(importlib.import_module(f"{package.__name__}.{name}"), name) for name in names]
    return tuple(sorted(found, key=lambda finding: (finding.order, finding.name)))


def with_own(files: Iterable[str | Path] | None = None) -> tuple[Finding, ...]:
    """The findings of the package, and those of files of one's own.

    Parameters
    ----------
    files : iterable of str or Path, optional
        Python files that each define a ``FINDING``, as those of ``sim/findings`` do. Their code is
        run.

    Raises
    ------
    sim.io.errors.InputError
        Where a file is none, its code fails, it defines no ``FINDING``, or a finding or table has
        the name of another one.

    Examples
    --------
    >>> with_own() == findings()
    True
    """
    every = list(findings())
    for path in map(Path, files or ()):
        own = _read(path)
        if any(own.name == finding.name for finding in every):
            raise InputError(f"--finding = {path}: there is a finding {own.name!r} already; accepted: another name")
        taken = {table.name for finding in every for table in finding.columns}
        for table in own.columns:
            if table.name in taken:
                raise InputError(f"--finding = {path}: there is a table {table.name!r} already; accepted: another name")
        every.append(own)
    return tuple(sorted(every, key=lambda finding: (finding.order, finding.name)))


def _read(path: Path) -> Finding:
    """A finding from a file, whose code is run."""
    if not is_file(path) or path.suffix != ".py":
        raise InputError(f"--finding = {path}: no such file; accepted: a Python file that defines FINDING")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InputError(f"--finding = {path}: cannot be imported; accepted: a Python file that defines FINDING")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(
            f"--finding = {path}: its code raised {type(error).__name__}: {shown(str(error))}; accepted: a file that "
            "can be imported"
        ) from error
    return _finding_of(module, path.stem)


def _finding_of(module: ModuleType, name: str) -> Finding:
    """What a module calls its ``FINDING``, named as the module; its tables know whose they are."""
    found = getattr(module, "FINDING", None)
    if not isinstance(found, Finding):
        raise InputError(f"{module.__file__}: defines no FINDING; accepted: FINDING = Finding(...)")
    question, mark, _ = " ".join((module.__doc__ or "").split()).partition("?")
    if not mark:
        raise InputError(f"{module.__file__}: begins with no question; accepted: a docstring that begins with one")
    columns = tuple(table._replace(source=name) for table in found.columns)
    return replace(found, name=name, question=f"{question}?", columns=columns)


def find(name: str, evidence: Evidence, among: Sequence[Finding] | None = None) -> Found:
    """Make one finding.

    Parameters
    ----------
    name : str
    evidence : Evidence
    among : sequence of Finding, optional
        As from :func:`with_own`; those of the package by default.

    Raises
    ------
    sim.io.errors.InputError
        Where there is no finding of that name.
    sim.io.errors.Unsupported
        Where the sweep cannot answer it.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> find("risk", read(small_folder())).tables["not_opened"][["design", "share"]]
           design  share
    0    retrofit    0.0
    1  greenfield    0.0
    """
    every = among or findings()
    finding = next((finding for finding in every if finding.name == name), None)
    if finding is None:
        raise InputError(f"--figure = {name!r}: accepted: {', '.join(finding.name for finding in every)}")
    return Found(finding, finding.tables(evidence))


def find_all(
    evidence: Evidence, names: Collection[str] | None = None, among: Sequence[Finding] | None = None
) -> Iterator[Found]:
    """Make every finding, in order; what the sweep does not support comes with its reason, and one
    that fails loses no other.

    Parameters
    ----------
    evidence : Evidence
    names : collection of str, optional
        Only these.
    among : sequence of Finding, optional
        As from :func:`with_own`; those of the package by default.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> [found.finding.name for found in find_all(read(small_folder()))][:4]
    ['hypothesis', 'overview', 'risk', 'causes']
    """
    for finding in among or findings():
        if names is not None and finding.name not in names:
            continue
        try:
            yield Found(finding, finding.tables(evidence))
        except Unsupported as reason:
            yield Found(finding, {}, str(reason))
        except Exception as error:
            yield Found(finding, {}, _reported(error), failed=True)


def drawn(found: Found, evidence: Evidence) -> tuple[Found, Figures]:
    """A finding with its figures, by name; where drawing fails, a failed one without.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> evidence = read(small_folder())
    >>> found, figures = drawn(find("pressure", evidence), evidence)
    >>> found.failed, sorted(figures)
    (False, ['pressure'])
    """
    if found.unsupported:
        return found, {}
    try:
        return found, found.figures(evidence)
    except Exception as error:
        return replace(found, unsupported=_reported(error), failed=True), {}


def _reported(error: Exception) -> str:
    return shown(f"failed: {type(error).__name__}: {error}")


def tables_of(evidence: Evidence, names: Iterable[str]) -> Tables:
    """The tables of some findings, by the tables' names; what the sweep does not support is left
    out.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> sorted(tables_of(read(small_folder()), ["pressure", "phase", "network"]))
    ['diagnosis', 'pressure']
    """
    tables: Tables = {}
    for name in names:
        with suppress(Unsupported):
            tables |= find(name, evidence).tables
    return tables
