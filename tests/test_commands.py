"""The commands behind `make`: the virtual environment, the gate, the browser, and what a skip looks like."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import chromium, everything, gate
from tests.processes import ROOT, clean_environment

FAKE_PYTHON = """#!/bin/sh
echo "$@" >> "$LOG"
case "$*" in
  *version_info*) exit "${TOO_OLD:-0}" ;;
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with locks and a Python that only writes down what it is asked."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "requirements").mkdir()
    for kind in ("base", "dev"):
        (tmp_path / f"requirements/{kind}.txt").write_text(f"{kind}==1\n")
    (tmp_path / "fake-python").write_text(FAKE_PYTHON)
    (tmp_path / "fake-python").chmod(0o755)
    return tmp_path


def build(checkout: Path, kind: str, **env: str) -> tuple[int, list[str], str]:
    """Run .ci/venv; its exit code, what it installed, and what it said in errors."""
    log = checkout / "log"
    log.write_text("")
    environ = clean_environment(PYTHON=str(checkout / "fake-python"), LOG=str(log), **env)
    done = subprocess.run(
        ["sh", ".ci/venv", kind], cwd=checkout, env=environ, capture_output=True, text=True, check=False
    )
    installed = [line.split()[-1] for line in log.read_text().splitlines() if "pip install" in line]
    return done.returncode, installed, done.stderr


def test_the_environment_is_built_once_from_the_lock_with_its_hashes(checkout: Path) -> None:
    first = build(checkout, "dev")
    asked = (checkout / "log").read_text().splitlines()
    second = build(checkout, "dev")

    assert (first, second) == ((0, ["requirements/dev.txt"], ""), (0, [], ""))
    assert "-m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt" in asked
    assert "-m config.translations compile" in asked


@pytest.mark.parametrize(
    ("have", "want", "installed"),
    [("dev", "base", []), ("base", "base", []), ("base", "dev", ["requirements/dev.txt"])],
)
def test_the_development_lock_serves_both(checkout: Path, have: str, want: str, installed: list[str]) -> None:
    build(checkout, have)

    assert build(checkout, want) == (0, installed, "")


@pytest.mark.parametrize(("have", "installed"), [("base", "base"), ("dev", "dev")])
def test_a_changed_lock_is_installed_again_in_its_kind(checkout: Path, have: str, installed: str) -> None:
    build(checkout, have)
    for kind in ("base", "dev"):
        (checkout / f"requirements/{kind}.txt").write_text(f"{kind}==2\n")

    assert build(checkout, "base") == (0, [f"requirements/{installed}.txt"], "")


def test_an_environment_that_was_moved_here_is_built_anew(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    build(checkout, "dev")
    (checkout / ".venv/old").touch()
    moved = tmp_path_factory.mktemp("elsewhere") / "checkout"
    shutil.copytree(checkout, moved)

    assert build(moved, "dev") == (0, ["requirements/dev.txt"], "")
    assert not (moved / ".venv/old").exists()


def test_an_old_python_is_refused_with_a_sentence(checkout: Path) -> None:
    code, installed, said = build(checkout, "base", TOO_OLD="1")

    assert (code, installed, said) == (
        1,
        [],
        "Zusage needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3.12 run\n",
    )


def test_a_failed_installation_is_tried_again_next_time(checkout: Path) -> None:
    broken = FAKE_PYTHON.replace("esac", '  *"pip install"*) exit 1 ;;\nesac')
    (checkout / "fake-python").write_text(broken)
    failed = build(checkout, "dev")[0]
    shutil.copy(checkout / "fake-python", checkout / ".venv/bin/python")
    (checkout / "fake-python").write_text(FAKE_PYTHON)
    (checkout / ".venv/bin/python").write_text(FAKE_PYTHON)

    assert (failed, build(checkout, "dev")) == (1, (0, ["requirements/dev.txt"], ""))


@pytest.mark.parametrize("target", ["run", "setup", "check", "test", "bench", "lock"])
def test_every_promised_target_exists(target: str) -> None:
    done = subprocess.run(
        ["make", "-n", target], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_no_registry_address_stands_in_a_lock() -> None:
    for path in sorted((ROOT / "requirements").iterdir()):
        lines = path.read_text().splitlines()
        assert [
            line for line in lines if "://" in line or line.startswith(("-i", "--index", "--extra", "--find"))
        ] == []


def test_every_pinned_package_has_its_hashes() -> None:
    for kind in ("base", "dev"):
        text = (ROOT / f"requirements/{kind}.txt").read_text().replace("\\\n", " ")
        pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert len(pinned) > 30
        assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_gate_covers_everything_that_style_asks_for() -> None:
    assert set(gate.STEPS) == {
        *("format", "lint", "types", "import contract", "house numbers", "migrations", "translations", "templates"),
    }


@pytest.mark.parametrize(("command", "passed"), [(("true",), True), (("sh", "-c", "echo why; exit 3"), False)])
def test_a_step_of_the_gate_tells_what_it_said(command: tuple[str, ...], passed: bool) -> None:
    result = gate.run("step", command)

    assert (result.name, result.passed, result.output) == ("step", passed, "" if passed else "why\n")


def test_the_gate_is_red_when_one_step_is(capsys: pytest.CaptureFixture[str]) -> None:
    red = gate.main({"good": ("true",), "bad": ("sh", "-c", "echo why; exit 3")})
    said = capsys.readouterr().out
    green = gate.main({"good": ("true",)})

    assert (red, green) == (1, 0)
    assert "FAILED  bad " in said
    assert "passed  good " in said
    assert "--- bad ---\nwhy\n" in said


def _program(folder: Path, name: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)
    return folder / name


def test_chromium_is_the_one_that_is_named(tmp_path: Path) -> None:
    named, _other = _program(tmp_path, "mine"), _program(tmp_path, "chromium")

    assert chromium.find({"CHROMIUM": str(named), "PATH": str(tmp_path)}) == named
    assert chromium.find({"CHROMIUM": str(tmp_path / "missing"), "PATH": str(tmp_path)}) is None


@pytest.mark.parametrize("name", chromium.NAMES)
def test_chromium_is_found_on_the_path(tmp_path: Path, name: str) -> None:
    assert chromium.find({"PATH": str(tmp_path), "HOME": str(tmp_path)}) is None

    assert chromium.find({"PATH": str(_program(tmp_path, name).parent)}) == tmp_path / name


def test_the_newest_chromium_that_playwright_fetched_is_found(tmp_path: Path) -> None:
    for version in ("1100", "1200"):
        newest = _program(tmp_path, f".cache/ms-playwright/chromium-{version}/chrome-linux/chrome")

    assert chromium.find({"PATH": "", "HOME": str(tmp_path)}) == newest


@pytest.mark.skipif(os.geteuid() == 0, reason="root may install it")
def test_a_plain_user_installs_nothing() -> None:
    assert chromium.install() is None


@pytest.mark.parametrize(
    ("codes", "result"), [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((0, everything.NOTHING_COLLECTED), 0), ((5, 0), 1)]
)
def test_all_tests_pass_only_when_both_halves_do(
    capsys: pytest.CaptureFixture[str], codes: tuple[int, int], result: int
) -> None:
    asked: list[tuple[str, ...]] = []

    def run(*arguments: str) -> int:
        asked.append(arguments)
        return codes[len(asked) - 1]

    assert everything.main(["-x"], has_browser=lambda: True, run=run) == result
    assert asked == [("-n", "auto", "-m", "not faults", "-x"), ("-m", "faults", "-x")]
    assert ("NO FAULT TESTS WERE FOUND" in capsys.readouterr().out) is (codes[1] == everything.NOTHING_COLLECTED)


def test_without_a_browser_a_plain_user_is_told_loudly_and_ci_fails(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def run(*arguments: str) -> int:
        asked.append(" ".join(arguments))
        return 0

    plain = everything.main([], has_browser=lambda: False, run=run, may_skip=True)
    said = capsys.readouterr().out
    ci = everything.main([], has_browser=lambda: False, run=run, may_skip=False)

    assert (plain, ci) == (0, 1)
    assert asked == ["-n auto -m not faults and not browser", "-m faults"]
    assert "SKIPPED: ALL BROWSER TESTS." in said
