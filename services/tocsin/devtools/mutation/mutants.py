"""Every small change to a module's source: what a careless edit could do to a rule."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import singledispatch
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_OPPOSITE = {"any": "all", "all": "any", "min": "max", "max": "min"}
_WIDE = 90
_LEFT_ALONE = (ast.Import, ast.ImportFrom, ast.expr_context)
_REMOVABLE = (ast.Assign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Raise, ast.Assert, ast.Expr)
Enums: TypeAlias = Mapping[str, type[Enum]]
_Place: TypeAlias = tuple[ast.AST, str, int | None]
"""A parent, the name of its part, and the index if that is a list."""


class Mutant(NamedTuple):
    line: int
    change: str
    """``before → after``, as source."""
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Each change by itself, in the order of the source. Docstrings, imports, types and decorators are left alone."""
    tree = ast.parse(source)
    enums = _enums(tree)
    for place in list(_places(tree)):
        before = _at(place)
        for after in _changes(before, enums):
            _put(place, after)
            yield Mutant(_line(before), _told(before, after), ast.unparse(ast.fix_missing_locations(tree)))
            _put(place, before)


def _line(node: ast.AST) -> int:
    return next((n.lineno for n in ast.walk(node) if isinstance(n, ast.expr | ast.stmt)), 0)


def _told(before: ast.AST, after: ast.AST) -> str:
    """Both as source, long ones from a little before where they part."""
    was, becomes = (" ".join(ast.unparse(node).split()) for node in (before, after))
    alike = next((n for n, (one, other) in enumerate(zip(was, becomes, strict=False)) if one != other), 0)
    start = max(0, alike - 20)
    return " → ".join(text if len(text) <= _WIDE else f"…{text[start : start + _WIDE]}…" for text in (was, becomes))


def _places(node: ast.AST) -> Iterator[_Place]:
    """Every expression and statement that may be changed, each after what holds it."""
    for part, value in ast.iter_fields(node):
        if part in {"annotation", "returns", "decorator_list", "type_comment"} or _is_alias(node):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, _LEFT_ALONE) and not _is_docstring(child):
                yield node, part, index
                yield from _places(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_alias(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"


def _at(place: _Place) -> Any:
    parent, part, index = place
    value = getattr(parent, part)
    return value if index is None else value[index]


def _put(place: _Place, node: ast.AST) -> None:
    parent, part, index = place
    if index is None:
        setattr(parent, part, node)
    else:
        getattr(parent, part)[index] = node


def _changes(node: ast.AST, enums: Enums) -> Iterator[ast.AST]:
    yield from _variants(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in enums:
        names = [member.name for member in enums[node.value.id]]
        yield ast.Attribute(node.value, names[(names.index(node.attr) + 1) % len(names)])
    if isinstance(node, _REMOVABLE):
        yield ast.Pass()


@singledispatch
def _variants(_: ast.AST) -> Iterator[ast.AST]:
    return iter(())


@_variants.register
def _(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


@_variants.register
def _(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield from (ast.BoolOp(node.op, rest) if rest[1:] else rest[0] for rest in _each_dropped(node.values))


@_variants.register
def _(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


@_variants.register
def _(node: ast.BinOp) -> Iterator[ast.AST]:
    yield node.left
    if type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)


@_variants.register
def _(node: ast.IfExp) -> Iterator[ast.AST]:
    yield from (node.body, node.orelse)


@_variants.register
def _(node: ast.If) -> Iterator[ast.AST]:
    yield from (ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False))


@_variants.register
def _(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None:
        yield ast.Return(ast.Constant(None))


@_variants.register
def _(node: ast.comprehension) -> Iterator[ast.AST]:
    yield from (ast.comprehension(node.target, node.iter, rest, node.is_async) for rest in _each_dropped(node.ifs))


@_variants.register
def _(_: ast.Slice) -> Iterator[ast.AST]:
    yield ast.Slice()


@_variants.register
def _(_: ast.Continue) -> Iterator[ast.AST]:
    yield ast.Break()


@_variants.register
def _(node: ast.Constant) -> Iterator[ast.AST]:
    """Of a list that is written as a text, each word is dropped as well."""
    match node.value:
        case bool() as value:
            yield ast.Constant(not value)
        case int() as number:
            yield from (ast.Constant(number + 1), ast.Constant(number - 1))
        case str() as text:
            yield ast.Constant(f"{text}x")
            words = re.split(r"(\s+)", text)
            places = (n for n in range(0, len(words) - 2, 2) if words[n])
            yield from (ast.Constant("".join([*words[:n], *words[n + 2 :]])) for n in places)


@_variants.register
def _(node: ast.Dict) -> Iterator[ast.AST]:
    for kept in _each_dropped(range(len(node.keys))):
        yield ast.Dict([node.keys[place] for place in kept], [node.values[place] for place in kept])


@_variants.register(ast.Tuple)
@_variants.register(ast.List)
def _(node: ast.Tuple | ast.List) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        yield from (type(node)(rest, ast.Load()) for rest in _each_dropped(node.elts))


@_variants.register
def _(node: ast.Set) -> Iterator[ast.AST]:
    yield from (ast.Set(rest) for rest in _each_dropped(node.elts))


@_variants.register
def _(node: ast.Call) -> Iterator[ast.AST]:
    yield from (ast.Call(node.func, node.args, rest) for rest in _each_dropped(node.keywords))
    if isinstance(node.func, ast.Name) and node.func.id in _OPPOSITE:
        yield ast.Call(ast.Name(_OPPOSITE[node.func.id]), node.args, node.keywords)


def _each_dropped(parts: Sequence[Any]) -> Iterator[list[Any]]:
    for place in range(len(parts)):
        yield [*parts[:place], *parts[place + 1 :]]


def _enums(tree: ast.Module) -> dict[str, type[Enum]]:
    """The enumerations that the module imports, so that one member can be taken for another."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            module = import_module(node.module)
            for alias in node.names:
                value = getattr(module, alias.name, None)
                if isinstance(value, type) and issubclass(value, Enum):
                    found[alias.asname or alias.name] = value
    return found
