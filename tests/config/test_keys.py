"""The passwords of the embedded services are made once, kept, and readable by us alone."""

import json
import stat
from dataclasses import astuple
from pathlib import Path

import pytest

from config import keys
from config.keys import Keys


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    first, second = keys.load(path), keys.load(path)

    assert first == second
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_every_key_is_long_and_different() -> None:
    words = astuple(Keys())

    assert len(set(words)) == 5
    assert min(len(word) for word in words) >= 43


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    keys.load(tmp_path / "keys.json")

    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_a_start_that_was_killed_while_writing_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "keys.new").write_text('{"admin": "ha')

    made = keys.load(tmp_path / "keys.json")

    assert keys.load(tmp_path / "keys.json") == made


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', json.dumps({"admin": "only one"})])
def test_a_damaged_file_is_refused_with_a_sentence_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)

    with pytest.raises(RuntimeError) as refusal:
        keys.load(path)

    assert str(refusal.value) == f"{path} is damaged; restore it from a backup of the data folder."
    assert path.read_text() == content
