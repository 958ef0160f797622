"""What a party declares of others' quantities, held against what its source does with them.

A party's ``variables.py`` says which quantities of others it reads (``READS``) and writes
(``WRITES``). Its other modules are read as text, so that what is not declared, or misspelt, is
reported before anything is compiled or run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.io.errors import InputError, did_you_mean
from sim.kernel.packages import PartyPackage
from sim.kernel.variables import Variables

SCHEDULE = "schedule"
"""Owner of the quantities that all may read: which week it is."""
DECLARING = frozenset({"__init__", "settings", "rules", "variables"})
"""Modules of a party in which no quantity is read or written."""
COLLECTIONS = {"schools": "school", "tertiles": "tertile", "statuses": "status"}
"""What holds the quantities of each school, tertile and status."""
CALLED = {"variables": "district", "school": "school", "tertile": "tertile"}
"""What is meant by a name that nothing in a function says more of, as by an argument."""
HOLDERS = frozenset({"w", "self", "model"})
"""What has the variables: the world of a phase, an agent, the Mesa model."""


class Use(NamedTuple):
    """A quantity that a party's source names.

    Attributes
    ----------
    over, name : str
        What it is kept over, and its name, which may be misspelt.
    file : Path
    line : int
    writes : bool
        Whether it is given a value there.
    certain : bool
        Whether it can be nothing but a quantity.
    """

    over: str
    name: str
    file: Path
    line: int
    writes: bool
    certain: bool


class _Page(NamedTuple):
    """Whose quantities an expression holds; of many where it is a collection of such."""

    over: str
    certain: bool
    many: bool = False


def uses(package: PartyPackage) -> list[Use]:
    """The quantities that the source of a party names, in the order of its modules and lines.

    Examples
    --------
    >>> from sim.kernel.parties import DEFAULT
    >>> community = next(each for each in DEFAULT.packages if each.name == "community")
    >>> sorted({use.name for use in uses(community) if not use.writes})
    ['attention', 'sway_against', 'walkout_attention']
    """
    found = []
    for file in sorted(package.path.glob("*.py")):
        if file.stem not in DECLARING:
            found += sorted(_of_scope(ast.parse(file.read_text("utf-8")), file, {}), key=lambda use: use.line)
    return found


def undeclared(package: PartyPackage, variables: Variables) -> list[str]:
    """What a party does with quantities of others and does not say, a line each; and names that no
    party's quantities have.
    """
    reported = [*_misnamed(package, variables)]
    for use in uses(package):
        owner = variables.owners.get((use.over, use.name))
        if owner is None and use.certain:
            hint = did_you_mean(use.name, list(variables.kept[use.over]), repr)
            reported.append(
                f"{use.file}:{use.line}: variable {use.name!r} is not kept by any party; {hint}accepted: a quantity "
                f"kept over the {use.over}, see sim variables"
            )
        elif owner not in (None, package.name) and not _is_allowed(package, use, owner):
            doing, among = ("writes", "WRITES") if use.writes else ("reads", "READS")
            reported.append(
                f"{use.file}:{use.line}: {doing} {_named(use.over, use.name)!r} of {owner} without saying so; "
                f"accepted: its name among {among} in variables.py"
            )
    return list(dict.fromkeys(reported))


def check_declared(package: PartyPackage, variables: Variables) -> None:
    """Refuse a party that reads or writes what it does not say, or names what no party keeps.

    Raises
    ------
    sim.io.errors.InputError
        With a line for each.
    """
    wrong = undeclared(package, variables)
    if wrong:
        raise InputError(*wrong)


def _misnamed(package: PartyPackage, variables: Variables) -> Iterator[str]:
    """What is declared and is no quantity of another party."""
    owners = {_named(over, name): owner for (over, name), owner in variables.owners.items()}
    for among, names in (("READS", package.reads), ("WRITES", package.writes)):
        refused = (package.name,) if among == "READS" else (package.name, SCHEDULE)
        others = [name for name, owner in owners.items() if owner not in refused]
        for name in names:
            if name not in others:
                owner = owners.get(name)
                what = f"which is {owner}'s" if owner else f"which no party keeps; {did_you_mean(name, others, repr)}"
                yield (
                    f"{package.path / 'variables.py'}: {among} names {name!r}, {what.rstrip()}"
                    f"{'' if what.endswith('? ') else ';'} accepted: a quantity of another party, see sim variables"
                )


def _named(over: str, name: str) -> str:
    """A quantity as ``READS`` and ``WRITES`` name it."""
    return name if over == "district" else f"{over}.{name}"


def _is_allowed(package: PartyPackage, use: Use, owner: str | None) -> bool:
    """Whether a party may read or write a quantity of others there: as it says, or as all may read
    which week it is, and as it writes the capital that it drains.
    """
    own = package.stakeholder is not None and (use.over, use.name) == ("district", package.stakeholder.drained)
    declared = package.writes if use.writes else package.reads
    return own or _named(use.over, use.name) in declared or (owner == SCHEDULE and not use.writes)


# --- reading the source --------------------------------------------------------------------------

_Names = Mapping[str, _Page | None]


def _of_scope(scope: ast.AST, file: Path, outer: _Names) -> Iterator[Use]:
    """The quantities that a module, class or function names; ``outer`` is what names around it
    hold.
    """
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    nodes, scopes, left = list[ast.AST](), list[ast.AST](), list(ast.iter_child_nodes(scope))
    while left:
        node = left.pop(0)
        (scopes if isinstance(node, inner) else nodes).append(node)
        if not isinstance(node, inner):
            left += ast.iter_child_nodes(node)
    names: dict[str, _Page | None] = dict(outer)
    arguments = getattr(scope, "args", None)
    if isinstance(arguments, ast.arguments):
        for name in (each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)):
            names[name] = _Page(CALLED[name], False) if name in CALLED else None
    given = [pair for node in nodes for pair in _given(node)]
    for target in {target for target, _ in given}:
        names.pop(target, None)
    for _ in range(2):
        # A name may be given before, in the order of the source, what it is made of.
        meant: dict[str, set[_Page | None]] = {}
        for target, page_of in given:
            meant.setdefault(target, set()).add(page_of(names))
        names |= {target: pages.pop() if len(pages) == 1 else None for target, pages in meant.items()}
    for node in nodes:
        named = node.target if isinstance(node, ast.AugAssign) else node
        page = _page(named.value, names) if isinstance(named, ast.Attribute) else None
        if isinstance(named, ast.Attribute) and named.attr not in COLLECTIONS and page is not None and not page.many:
            # What is added to is read as well.
            writes = named is node and isinstance(named.ctx, ast.Store)
            yield Use(page.over, named.attr, file, named.lineno, writes, page.certain)
    for each in scopes:
        yield from _of_scope(each, file, names)


def _given(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Names that a statement gives a value, each with how to tell whose quantities that holds."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound(target, node.value, _page)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _bound(node.target, node.value, _page)
    elif isinstance(node, ast.For | ast.comprehension):
        yield from _bound(node.target, node.iter, _one_of)


def _bound(target: ast.expr, value: ast.expr, page: Any) -> Iterator[tuple[str, Any]]:
    """Names of a target, and how each is told from the value that is taken apart."""
    if isinstance(target, ast.Name):
        yield target.id, lambda names: page(value, names)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = _parts(value, len(target.elts), page is _one_of)
        for each, part in zip(target.elts, parts, strict=True):
            yield from _bound(each, part, page)


_UNKNOWN = ast.Constant(None)


def _parts(value: ast.expr, count: int, iterated: bool) -> list[ast.expr]:
    """The expressions that the parts of a target stand for: those of a tuple, or, in a loop, those
    that ``enumerate`` or ``zip`` go through.
    """
    if not iterated and isinstance(value, ast.Tuple) and len(value.elts) == count:
        return list(value.elts)
    if iterated and isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id == "enumerate" and count == 2:
            return [_UNKNOWN, value.args[0]]
        if value.func.id == "zip" and len(value.args) == count:
            return list(value.args)
    return [_UNKNOWN] * count


def _page(node: ast.expr, names: _Names) -> _Page | None:
    """Whose quantities an expression holds; None where it holds none."""
    if isinstance(node, ast.Name):
        usual = _Page(CALLED[node.id], False) if node.id in CALLED else None
        return names.get(node.id, usual)
    if isinstance(node, ast.Subscript):
        page = _page(node.value, names)
        return page._replace(many=False) if page is not None and page.many else None
    if not isinstance(node, ast.Attribute):
        return None
    holder = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
    if node.attr == "variables":
        return _Page("district", holder in HOLDERS) if holder in HOLDERS else None
    if node.attr in COLLECTIONS:
        page = _page(node.value, names)
        whole = page is not None and page.over == "district" and not page.many
        return _Page(COLLECTIONS[node.attr], True, many=True) if whole or holder == "w" else None
    return _Page("school", False) if node.attr == "school" else None


def _one_of(node: ast.expr, names: _Names) -> _Page | None:
    """Whose quantities one of what a loop goes through holds."""
    page = _page(node, names)
    return page._replace(many=False) if page is not None and page.many else None
