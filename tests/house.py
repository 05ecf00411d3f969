"""The numbers we hold ourselves to, measured: `python -m tests.house` prints them and fails when one does not hold."""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ("config", "slas", "incidents", "reporting")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WITHOUT_REASON = re.compile(r"#\s*(noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?|type:\s*ignore(\[[\w\-, ]+\])?)\s*$")
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Module:
    """One file of Python and its tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """All its lines."""
        return self.text.count("\n")

    @property
    def functions(self) -> list[int]:
        """The length of each function, from its `def` to its last line."""
        found = (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))
        return [(node.end_lineno or node.lineno) - node.lineno + 1 for node in found]


@dataclass(frozen=True)
class Number:
    """A measured value beside its limit; `where` names the offenders."""

    name: str
    value: str
    limit: str
    holds: bool
    where: tuple[str, ...] = ()


def read(root: Path, folders: Iterable[str]) -> list[Module]:
    """The modules of these folders, without migrations (generated) and empty files."""
    modules = []
    for path in sorted(path for folder in folders for path in (root / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "migrations" in path.parts or not text.strip():
            continue
        dotted = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        modules.append(Module(path.relative_to(root), dotted, text, ast.parse(text)))
    return modules


def imports(module: Module, known: set[str]) -> set[str]:
    """The modules among `known` that this one names in an import, at any depth of the file."""
    named: set[str] = set()
    package = module.name.split(".") if module.path.name == "__init__.py" else module.name.split(".")[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from slas.models import parties` means the submodule; `import Product` means what the package exports.
            named |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names}
    return (named & known) - {module.name}


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import each other, directly or not (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            at = stack.index(name)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(graph):
        if name not in order:
            visit(name)
    return found


def comments_and_code(text: str) -> tuple[int, int]:
    """How many lines carry a `#` comment, and how many carry code (docstrings are neither)."""
    comments: set[int] = set()
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Module))
            and ast.get_docstring(node, clean=False) is not None
        ):
            docstring = node.body[0]
            code -= set(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    return len(comments), len(code)


def receivers(module: Module) -> Iterator[int]:
    """Lines that connect something to a signal."""
    signals = {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and "signals" in (node.module or "") + "".join(a.name for a in node.names)
        for alias in node.names
    }
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name.split(".")[-1] == "receiver" or (name.endswith(".connect") and name.split(".")[0] in signals):
            yield node.lineno


def saves(module: Module) -> Iterator[int]:
    """Lines that define a `save` of their own in a class."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield from (one.lineno for one in node.body if isinstance(one, FUNCTIONS) and one.name == "save")


def hidden_imports(module: Module) -> Iterator[int]:
    """Lines that import inside a function and do not say why."""
    lines = module.text.splitlines()
    for function in ast.walk(module.tree):
        if isinstance(function, FUNCTIONS):
            for node in ast.walk(function):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    line = lines[node.lineno - 1]
                    if "#" not in line or WITHOUT_REASON.search(line):
                        yield node.lineno


def bare_exceptions(module: Module) -> Iterator[int]:
    """Lines whose noqa or type-ignore gives no reason."""
    yield from (at for at, line in enumerate(module.text.splitlines(), 1) if WITHOUT_REASON.search(line))


def share(values: list[int], limit: int) -> float:
    """The percentage of values that are at most `limit`."""
    return 100 * sum(value <= limit for value in values) / max(len(values), 1)


def _none(name: str, modules: list[Module], search: Callable[[Module], Iterator[int]]) -> Number:
    where = tuple(f"{module.path}:{line}" for module in modules for line in search(module))
    return Number(name, str(len(where)), "0", not where, where)


def _sizes(modules: list[Module]) -> Iterator[Number]:
    lengths = [module.lines for module in modules]
    functions = [length for module in modules for length in module.functions]
    median, typical = statistics.median(lengths), statistics.median(functions)
    large = tuple(f"{module.path} ({module.lines} lines)" for module in modules if module.lines > 300)
    long = tuple(str(module.path) for module in modules if max(module.functions, default=0) > 60)
    yield Number("module median, lines", f"{median:g}", "<= 80", median <= 80)
    yield Number("longest module", str(max(lengths)), "<= 300", not large, large)
    yield Number("function median, lines", f"{typical:g}", "<= 8", typical <= 8)
    yield Number(
        "functions of at most 30 lines", f"{share(functions, 30):.1f} %", ">= 90 %", share(functions, 30) >= 90
    )
    yield Number("longest function", str(max(functions)), "<= 60", not long, long)


def _ratios(modules: list[Module], tests: list[Module]) -> Iterator[Number]:
    # Code against code on both sides: a docstring proves nothing and needs no test.
    (comments, code), (_, proof) = (
        tuple(map(sum, zip(*(comments_and_code(module.text) for module in group), strict=True)))
        for group in (modules, tests)
    )
    ratio, per_hundred = proof / code, 100 * comments / code
    yield Number("test lines per source line", f"{ratio:.2f}", "1.4 to 2.0", 1.4 <= ratio <= 2.0)
    yield Number("comments per 100 lines of code", f"{per_hundred:.1f}", "5 to 9", 5 <= per_hundred <= 9)


def numbers(root: Path) -> list[Number]:
    """Every number, measured on this checkout."""
    modules, tests = read(root, SOURCE), read(root, ("tests",))
    known = {module.name for module in modules}
    knots = tuple(" <-> ".join(group) for group in cycles({m.name: imports(m, known) for m in modules}))
    return [
        *_sizes(modules),
        Number("import cycles", str(len(knots)), "0", not knots, knots),
        _none("signal receivers", modules, receivers),
        _none("save() overrides", modules, saves),
        _none("imports in functions, no reason", modules, hidden_imports),
        _none("noqa or type-ignore, no reason", modules, bare_exceptions),
        *_ratios(modules, tests),
    ]


def main() -> int:
    """Print the table; 1 when a number does not hold."""
    measured = numbers(ROOT)
    for number in measured:
        print(f"{'holds ' if number.holds else 'BROKEN'}  {number.name:<34} {number.value:>8}   {number.limit}")
        for place in () if number.holds else number.where:
            print(f"            {place}")
    return 0 if all(number.holds for number in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
