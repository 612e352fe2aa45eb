"""Read the messages of errors from the source, with marks for their variable parts."""

from __future__ import annotations

import ast
from collections import defaultdict
from itertools import product

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_UNKNOWN = "<…>"
_SUGGESTION = "hint"

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope(NamedTuple):
    """The values that names in an expression may have."""

    constants: Mapping[str, object]
    functions: Mapping[str, Function]
    calls: Sequence[tuple[ast.Call, Scope]]
    around: Function | None = None


def templates(paths: Sequence[Path], errors: set[str]) -> dict[str, set[str]]:
    """The messages with which each of `errors`, by class name, is raised in these files.

    A message that is only passed on is left out: it comes from another place.
    """
    modules = [ast.parse(path.read_text("utf-8")) for path in paths]
    everywhere = {
        name: value for module in modules for name, value in _constants(module)
    }
    calls: list[tuple[ast.Call, Scope]] = []
    for module in modules:
        functions = {
            function.name: function
            for function in ast.walk(module)
            if isinstance(function, Function)
        }
        constants = everywhere | dict(_constants(module))
        _collect(module, Scope(constants, functions, calls), calls)
    said: dict[str, set[str]] = defaultdict(set)
    for call, scope in calls:
        name = _name(call.func)
        if name in errors and call.args:
            said[name] |= set(_words(call.args[0], scope)) - {_UNKNOWN}
    return said


def _constants(module: ast.Module) -> Iterator[tuple[str, object]]:
    for node in module.body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(value)) if name.isupper():
                yield name, value


def _collect(node: ast.AST, scope: Scope, calls: list[tuple[ast.Call, Scope]]) -> None:
    """Every call below `node`, each with the scope that it is in."""
    if isinstance(node, Function):
        scope = scope._replace(around=node)
    if isinstance(node, ast.Call):
        calls.append((node, scope))
    for child in ast.iter_child_nodes(node):
        _collect(child, scope, calls)


def _words(node: ast.expr, scope: Scope) -> list[str]:
    """The texts that an expression may evaluate to."""
    match node:
        case ast.Constant(str(words)):
            return [words.replace("\n", "⏎")]
        case ast.JoinedStr(parts):
            each = [_words(part, scope) for part in parts]
            return ["".join(choice) for choice in product(*each)]
        case ast.FormattedValue():
            return [_filled(node, scope)]
        case ast.Name(name) if name in scope.constants:
            return [str(scope.constants[name])]
        case ast.Name(name) if scope.around:
            return _passed(name, scope.around, scope)
        case ast.Call(ast.Name(name)) | ast.Call(
            ast.Attribute(ast.Name("self"), name)
        ) if name in scope.functions:
            return _returned(scope.functions[name], scope)
    return [_UNKNOWN]


def _filled(node: ast.FormattedValue, scope: Scope) -> str:
    """A constant as it is printed, else a mark with the name of the variable part."""
    name = _name(node.value)
    if name in scope.constants:
        spec = node.format_spec
        parts = spec.values if isinstance(spec, ast.JoinedStr) else []
        form = "".join(
            str(part.value) for part in parts if isinstance(part, ast.Constant)
        )
        return format(scope.constants[name], form)
    if name == _SUGGESTION:
        return ""
    mark = f"<{name.strip('_')}>" if name else _UNKNOWN
    return f"'{mark}'" if node.conversion == ord("r") else mark


def _passed(name: str, function: Function, scope: Scope) -> list[str]:
    """The texts that callers of a function pass for one of its parameters.

    One of its own name that only passes its parameter on, as an override does, tells nothing.
    """
    parameters = [argument.arg for argument in function.args.args]
    if name not in parameters:
        return _assigned(name, function, scope)
    place = parameters.index(name)
    return [
        words
        for call, theirs in scope.calls
        if _name(call.func) == function.name and len(call.args) > place
        if not (theirs.around and theirs.around.name == function.name)
        for words in _words(call.args[place], theirs)
    ]


def _assigned(name: str, function: Function, scope: Scope) -> list[str]:
    """The texts that a function assigns to a name within a condition."""
    return [
        words
        for node in ast.walk(function)
        if isinstance(node, ast.NamedExpr) and node.target.id == name
        for words in _words(node.value, scope)
    ] or [_UNKNOWN]


def _returned(function: Function, scope: Scope) -> list[str]:
    inside = scope._replace(around=function)
    return [
        words
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for words in _words(node.value, inside)
    ]


def _name(node: ast.expr) -> str:
    """The name that describes an expression best; empty without one."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value):
            return _name(value)
        case ast.Call(ast.Attribute(value), []):
            return _name(value)
        case ast.Call(_, [only]):
            return _name(only)
        case ast.Call(function):
            return _name(function)
    return ""
