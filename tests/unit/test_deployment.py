"""What is written for operators agrees with what there is: settings, services, commands, links, numbers of decisions."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tocsin.cli import main
from tocsin.devtools.stack import CANARY, OTHERS, PROVIDERS, RELAY, WEB, WORKERS
from tocsin.mailer.checks import account, keys, people, ways
from tocsin.runtime.settings import Settings
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "node_modules" for part in page.relative_to(ROOT).parts)
)
MAIL = (ROOT / "deploy/mail.md").read_text()
SETTINGS = {f"TOCSIN_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
NOT_OF_MAIL = {
    "TOCSIN_HOME",
    "TOCSIN_DATABASE_URL",
    "TOCSIN_KAFKA_BOOTSTRAP",
    "TOCSIN_KAFKA_USER",
    "TOCSIN_KAFKA_PASSWORD_FILE",
    "TOCSIN_KAFKA_TLS",
    "TOCSIN_KAFKA_CA_FILE",
    "TOCSIN_FAIRNESS_FILE",
    "TOCSIN_INTAKE_PORT",
    "TOCSIN_INTAKE_RATE",
    "TOCSIN_TRUSTED_PROXIES",
    "TOCSIN_INTAKE_URL",
    "TOCSIN_DEPLOYMENT_KEY_FILE",
    "TOCSIN_INSTANCE",
    "TOCSIN_LOG_LEVEL",
    "TOCSIN_BIND",
    "TOCSIN_METRICS_PORT",
    "TOCSIN_CONSOLE_PORT",
    "TOCSIN_CONSOLE_URL",
    "TOCSIN_CANARY_SECONDS",
    "TOCSIN_CANARY_KEY_FILE",
    "TOCSIN_CANARY_WATCHED",
    "TOCSIN_CANARY_PING_URL",
    "TOCSIN_DUTY_ADDRESS",
    "TOCSIN_STATUS_PORT",
    "TOCSIN_CONSOLE_OPEN",
    "TOCSIN_ACCESS_FILE",
    "TOCSIN_PAGES_ACCESS_FILE",
}


def named_settings(text: str) -> set[str]:
    return set(re.findall(r"\bTOCSIN_[A-Z_]+[A-Z]\b", text))


def test_the_compose_file_names_only_settings_that_there_are() -> None:
    given = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    assert {name for name in given if name.startswith("TOCSIN_")} <= SETTINGS.keys()


def test_the_compose_file_runs_every_service_of_the_demonstration() -> None:
    commands = [service.get("command", []) for service in COMPOSE["services"].values()]
    run = {command[-1] for command in commands if command[:2] == ["python", "-m"]}
    assert run == {module for part in (WEB, PROVIDERS, WORKERS, OTHERS, RELAY, CANARY) for module in part.values()}


def test_what_the_compose_file_publishes_is_bound_to_this_machine_and_to_a_port_of_ours() -> None:
    """But for the broker's, which is for publishers, and has TLS."""
    ports = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert ports.pop("kafka") == ["${KAFKA_PUBLIC_BIND:-127.0.0.1}:9093:9093"]
    published = [port for given in ports.values() for port in given]
    known = {str(default) for name, default in SETTINGS.items() if name.endswith("_PORT")} | {"9090", "3000"}
    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) and port.rpartition(":")[2] in known for port in published)
    assert "127.0.0.1:8084:8084" in published


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_settings_that_there_are(page: Path) -> None:
    assert named_settings(page.read_text()) <= SETTINGS.keys() | {"TOCSIN_CONSENT_CASES", "TOCSIN_MAILS"}


def test_every_setting_of_mail_is_explained_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(TOCSIN_[A-Z_]+)` \| ([^|]+) \|", MAIL, re.MULTILINE))
    assert rows.keys() == SETTINGS.keys() - NOT_OF_MAIL
    for name, said in rows.items():
        if said.startswith("`") and not said.startswith("`HOME/"):
            assert said == f"`{SETTINGS[name]}`", name
        else:
            assert not SETTINGS[name], name


def test_every_state_and_cause_of_a_delivery_is_explained() -> None:
    first_cells = {code for row in re.findall(r"^\| (`[^|]+) \|", MAIL, re.MULTILINE) for code in row.split("`")[1::2]}
    assert {word.value for word in (*DeliveryState, *DeliveryCause)} <= first_cells


def test_every_line_of_the_doctor_is_explained() -> None:
    asked = "".join(Path(str(module.__file__)).read_text() for module in (account, keys, people, ways))
    checks = set(re.findall(r"^    check(?:, \w+)? = \"([a-z-]+)\"", asked, re.MULTILINE))
    assert checks
    assert not [check for check in checks if f"`{check}`" not in MAIL]


def commands_in(text: str) -> set[tuple[str, ...]]:
    """What stands in code after ``tocsin``, up to the first word that is no command's name."""
    spans = [*re.findall(r"`([^`\n]+)`", text), *"\n".join(re.findall(r"```\n(.*?)```", text, re.DOTALL)).splitlines()]
    found = (re.match(r"(?:\.venv/bin/)?tocsin((?: [a-z][a-z-]+(?![\w.-]))+)", span.strip()) for span in spans)
    return {tuple(match[1].split()) for match in found if match}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_that_there_are(page: Path) -> None:
    for words in commands_in(page.read_text()):
        command: click.Command | None = main
        for word in words:
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
                assert command is not None, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        file, _, place = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        linked = page if not file else page.parent / file
        assert linked.exists(), target
        if place and linked.suffix == ".md":
            assert place in {anchor(title) for title in re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)}


def anchor(title: str) -> str:
    """As the forge makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def test_decisions_are_numbered_in_order_each_once() -> None:
    files = sorted((ROOT / "deploy/decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        assert re.match(rf"# 0*{int(file.name[:4])}\b", file.read_text())


def test_no_two_recipes_of_the_makefile_have_one_name() -> None:
    names = re.findall(r"^([a-z]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(names) == len(set(names))
