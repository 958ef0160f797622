"""How rules and phases are compiled: a rule by itself, the phases of a week against a set of rules.

A **rule** is a pure function of scalars. A **phase** is what a party does at one moment of the week
in the compiled engine: a function ``(w, week)`` of the world ``w`` (see ``sim/building.py``) that
calls rules by way of the name ``r``; its helpers are marked too. Phases are compiled together, each
in the names of its own module, with ``r`` standing for the set of rules of the run: so a swapped
rule reaches all of them.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from types import CodeType, FunctionType
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.kernel.jit import jit

rule = jit(error_model="numpy")
"""Compile a rule. Its compiled form is kept on disk."""

_INNER: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "forceinline": True,
}
inner: Any = njit(**{**_INNER, "_nrt": False})
"""Compile what only compiled code calls: into its caller, as handing on the world costs more than
most phases do; and without counting who refers to which array, as the world's arrays outlive the
run, and counting took longer than the week of a small school does.
"""

making_arrays: Any = njit(**{**_INNER, "_nrt": True})
"""The same for what makes arrays."""

unbound: Any = None
"""Stands for what is bound when a run is compiled."""

r = unbound
"""The rules, in the source of a phase."""

sum_of_drained = unbound
"""The sum of what stakeholders drain, ``(variables) -> float``, in the source of a phase."""


def phase(function: Any = None, *, makes_arrays: bool = False) -> Any:
    """Mark a function of the compiled week, to be compiled against a set of rules.

    Parameters
    ----------
    function : callable
    makes_arrays : bool
        Whether it makes arrays, as with ``np.zeros``; then write ``@phase(makes_arrays=True)``.
        What a party needs in every week is better kept in its memory.
    """
    if function is None:
        return partial(phase, makes_arrays=makes_arrays)
    function.is_phase, function.makes_arrays = True, makes_arrays
    return function


def _ask_for(typing, array, place):
    """Ask the processor for ``array[place]``, which is read soon; changes nothing but the time."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        word = ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), cgutils.voidptr_t)
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", (cgutils.voidptr_t,), ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, word, word, word])
        )
        builder.call(prefetch, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, place), generate


ask_for: Any = intrinsic(_ask_for)


class Compiler:
    """Compiles phases, and the phases that they call, with some names bound anew.

    Each phase sees the globals of its own module, so no two modules can get in each other's way.

    Parameters
    ----------
    bound : mapping
        Names to bind in every phase that uses them, as ``r`` to a set of rules.
    asks : mapping
        variables that a swapped rule asks for beyond its usual arguments, by
        rule.
    tag : str
        Sets what is compiled here apart from all else of the same name, in this process and on
        disk: compiled code is linked by name, and what another process left on disk could
        otherwise be taken for what was compiled here with other rules.
    """

    def __init__(self, bound: Mapping[str, Any], asks: Mapping[str, tuple[str, ...]], tag: str) -> None:
        self.bound = bound
        self.tag = tag
        self.asks = asks
        self.namespaces: dict[int, dict[str, Any]] = {}
        self.compiled: dict[Callable[..., Any], Any] = {}

    def __call__(self, function: Callable[..., Any]) -> Any:
        """Return the compiled form of a phase."""
        if function not in self.compiled:
            code = _asking(function, self.asks) if self.asks else function.__code__
            namespace = self._namespace(function)
            compiled = making_arrays if getattr(function, "makes_arrays", False) else inner
            self.compiled[function] = compiled(self.named(FunctionType(code, namespace, function.__name__)))
            for name in code.co_names:
                called: Any = function.__globals__.get(name)
                if getattr(called, "is_phase", False):
                    namespace[name] = self(called)
        return self.compiled[function]

    def _namespace(self, function: Callable[..., Any]) -> dict[str, Any]:
        own = function.__globals__
        if id(own) not in self.namespaces:
            self.namespaces[id(own)] = {**own, **{name: value for name, value in self.bound.items() if name in own}}
        return self.namespaces[id(own)]

    def one_after_the_other(self, functions: list[Callable[..., Any]]) -> Any:
        """Return one compiled function ``(w, week)`` that calls several phases in order."""
        if len(functions) == 1:
            return self(functions[0])
        names = {f"act_{place}": self(function) for place, function in enumerate(functions)}
        calls = "".join(f"    {name}(w, week)\n" for name in names) or "    pass\n"
        exec(f"def all_act(w, week):\n{calls}", names)
        return inner(self.named(names["all_act"]))

    def side_by_side(self, makers: list[Callable[..., Any]]) -> Any:
        """Return one compiled function ``(people)`` that gives what several make, as a tuple."""
        names: dict[str, Any] = {}
        for place, maker in enumerate(makers):
            names[f"make_{place}"] = making_arrays(
                self.named(FunctionType(maker.__code__, maker.__globals__, maker.__name__))
            )
        made = "".join(f"{name}(people), " for name in names)
        exec(f"def make_all(people):\n    return ({made})\n", names)
        return making_arrays(self.named(names["make_all"]))

    def named(self, function: Any) -> Any:
        """Give a function a name of its own, for the linker."""
        function.__qualname__ = f"{function.__name__}_{self.tag}"
        return function


def _asking(function: Callable[..., Any], asks: Mapping[str, tuple[str, ...]]) -> CodeType:
    """Code of a phase in which calls of some rules pass on variables as well."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            if isinstance(on, ast.Name) and on.id == "r":
                node.args += [
                    ast.parse(f"w.variables.{name}", mode="eval").body for name in asks.get(node.func.attr, ())
                ]
    (definition,) = tree.body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    module = compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec")
    return next(part for part in module.co_consts if isinstance(part, CodeType) and part.co_name == function.__name__)
