"""What docs/operations.md, Dockerfile and compose.yaml say agrees with what the portal needs."""

import re
from pathlib import Path

import pytest
import yaml

from config import launch
from config.launch import Options
from incidents.queries.invariants import SQL
from tests.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("migrate", "web", "worker", "beat", "ticker")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
REQUIRED = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "BASE_URL", "HTTPS_ONLY"}


def test_every_process_of_the_portal_is_in_compose() -> None:
    here = {program.name for program in launch.programs(Options(8000, Path("/x"), demo=False), {}, mail_port=None)}

    assert here <= set(COMPOSE["services"])
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_every_process_has_what_it_cannot_start_without(name: str) -> None:
    assert set(COMPOSE["services"][name]["environment"]) >= REQUIRED


def test_only_migrate_knows_the_owner() -> None:
    knowing = [name for name in OURS if "DATABASE_OWNER_URL" in COMPOSE["services"][name]["environment"]]

    assert knowing == ["migrate"]
    assert all("zusage_app" in COMPOSE["services"][name]["environment"]["DATABASE_URL"] for name in OURS)


@pytest.mark.parametrize("name", ["worker", "beat", "ticker"])
def test_compose_starts_what_make_run_starts(name: str) -> None:
    (program,) = (
        one for one in launch.programs(Options(8000, Path("/x"), demo=False), {}, mail_port=None) if one.name == name
    )
    wanted = [str(word) for word in program.command]
    kind = {"worker": ["worker", "-Q", "sla,celery"], "beat": ["beat"], "ticker": ["ticker"]}[name]

    for command in (wanted, COMPOSE["services"][name]["command"]):
        assert [word for word in command if word in kind] == kind


def test_the_roles_are_made_from_the_same_file_everywhere() -> None:
    mounts = COMPOSE["services"]["postgres"]["volumes"]

    assert "./config/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro" in mounts
    assert {"OWNER_PASSWORD", "APP_PASSWORD"} <= set(COMPOSE["services"]["postgres"]["environment"])
    assert "psql -f config/roles.sql" in OPERATIONS


def test_the_image_is_made_of_files_that_exist_and_that_docker_sees() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    seen = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert sorted(copied) == sorted(seen)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "USER zusage" in text


def test_every_variable_that_is_read_stands_in_the_readme() -> None:
    read = set()
    for path in ("settings.py", "launch.py", "services.py", "binaries.py"):
        text = (ROOT / "config" / path).read_text(encoding="utf-8")
        read |= set(re.findall(r'(?:environ|given)(?:\.get\(|\[)"([A-Z_]+)"', text))
        read |= set(re.findall(r'required\(os\.environ, "([A-Z_]+)"', text))
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", README))

    assert read >= REQUIRED
    assert sorted(read - documented - {"DJANGO_SETTINGS_MODULE", "PATH"}) == []


def test_every_invariant_of_the_auditor_is_explained() -> None:
    explained = re.findall(r"^\| (I\d+) \|", OPERATIONS, flags=re.MULTILINE)

    assert explained == list(SQL)


@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_every_link_to_a_file_leads_somewhere(text: str) -> None:
    base = ROOT / "docs" if text is OPERATIONS else ROOT
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]

    assert targets
    assert [target for target in targets if not (base / target).exists()] == []


@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_every_make_target_and_module_that_is_named_exists(text: str) -> None:
    targets = set(re.findall(r"`make ([a-z]+)", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    modules = set(re.findall(r"python -m (config\.\w+)", text))

    assert [name for name in sorted(targets) if f"\n{name}:" not in makefile] == []
    assert [name for name in sorted(modules) if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []
