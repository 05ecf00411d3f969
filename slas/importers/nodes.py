"""YAML as a tree in which every value knows its line; nothing is guessed about types."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.composer import ComposerError
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as YamlNode

from slas.importers.problems import BadFile, Problem

MOST_BYTES = 1_000_000
MOST_NODES = 50_000  # also after aliases are followed: a small file can describe an enormous tree
DEEPEST = 20
NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list, or keys with values; `is_null` for nothing at all."""

    line: int
    value: "str | list[Node] | dict[str, Entry]"
    is_null: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A value under a key, with the key's own line."""

    line: int
    node: Node


class _Loader(yaml.SafeLoader):
    """Stops at a depth no agreement needs, before the parser's own recursion does."""

    depth = 0

    def compose_node(self, parent: YamlNode | None, index: int) -> YamlNode | None:
        """Compose one node; ComposerError when it lies too deep."""
        self.depth += 1
        if self.depth > DEEPEST:
            mark = parent.start_mark if parent is not None else None
            raise ComposerError(None, None, "lists and keys are nested too deeply", mark)
        node: YamlNode | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read(content: bytes) -> Node:
    """The tree of a file; BadFile when it is no readable YAML."""
    if len(content) > MOST_BYTES:
        raise BadFile([Problem(1, "The file is larger than 1 MB; split it.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise BadFile([Problem(line, "The file is not UTF-8 text.")]) from None
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise BadFile([Problem(mark.line + 1 if mark else 1, f"This is no YAML: {wrong.problem}.")]) from None
    except yaml.reader.ReaderError as wrong:
        line = text[: wrong.position].count("\n") + 1
        raise BadFile([Problem(line, "The file holds a character that YAML does not allow.")]) from None
    # A lone “---” or “~” is a document that says nothing, like a file of comments.
    if root is None or root.tag == NULL:
        return Node(1, {})
    return _Tree().convert(root)


def _compose(text: str) -> YamlNode | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


class _Tree:
    """Turns the parser's nodes into ours and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.duplicates: list[Problem] = []

    def convert(self, root: YamlNode) -> Node:
        """The whole tree; BadFile with every key that stands twice."""
        found = self._node(root, within=())
        if self.duplicates:
            raise BadFile(self.duplicates)
        return found

    def _node(self, node: YamlNode, *, within: tuple[int, ...]) -> Node:
        line = node.start_mark.line + 1
        self.count += 1
        if self.count > MOST_NODES:
            raise BadFile([Problem(line, "The file describes more than an agreement can hold; split it.")])
        # An alias inside its own anchor would be followed for ever.
        if id(node) in within:
            raise BadFile([Problem(line, "A part of the file contains itself.")])
        inner = (*within, id(node))
        if isinstance(node, MappingNode):
            return Node(line, dict(self._entries(node, within=inner)))
        if isinstance(node, SequenceNode):
            return Node(line, [self._node(item, within=inner) for item in node.value])
        assert isinstance(node, ScalarNode)
        return Node(line, node.value, is_null=node.tag == NULL)

    def _entries(self, node: MappingNode, *, within: tuple[int, ...]) -> Iterator[tuple[str, Entry]]:
        seen = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise BadFile([Problem(line, "A key must be a plain word.")])
            # YAML itself would silently keep the last of them.
            if key.value in seen:
                self.duplicates.append(Problem(line, f"“{key.value}” stands here a second time."))
            seen.add(key.value)
            yield key.value, Entry(line, self._node(value, within=within))
