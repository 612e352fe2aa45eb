"""Compile a module without what only people and type checkers read.

Docstrings and the annotations of functions are a third of the time that reading a module's
code takes. Those of classes stay: `NamedTuple` is made from them.
"""

from __future__ import annotations
import __future__

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

_FUTURE = __future__.annotations.compiler_flag


def compiled(source: bytes, path: str) -> CodeType:
    """The code of a module that postpones its annotations; raises SyntaxError, ValueError."""
    tree = ast.parse(source, path)
    tree.body = [node for node in tree.body if not _is_future(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _leave_types_out(node)
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
        ):
            node.body = _without_docstring(node.body)
    code: CodeType = compile(tree, path, "exec", flags=_FUTURE, dont_inherit=True)
    return code


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _leave_types_out(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    function.returns = None
    names = function.args
    for argument in (
        *(*names.posonlyargs, *names.args, *names.kwonlyargs),
        *filter(None, (names.vararg, names.kwarg)),
    ):
        argument.annotation = None


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(ast.Constant(str())) as docstring, *rest]:
            return rest or [ast.copy_location(ast.Pass(), docstring)]
    return body
