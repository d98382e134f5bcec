"""The compose file is valid, guards every container, gives each secret to its readers, and agrees with `make stack`."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy import make_url

from postgres import PostgreSQL
from tocsin.canary.looking import watched
from tocsin.devtools import postgresql, stack_secrets
from tocsin.devtools.stack import CANARY, OTHERS, PROVIDERS, RELAY, WEB, WORKERS
from tocsin.devtools.stack_secured import SecuredStack
from tocsin.domain.canary import CANARY as CANARY_PUBLISHER
from tocsin.runtime import kafka_principals

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = WEB | PROVIDERS | WORKERS | OTHERS | RELAY | CANARY
SIMULATORS = {"sendgrid", "smtp"}
BESIDE = {"kafka", "postgres", "prepare", "prometheus", "grafana"}
"""What `make stack` does by other means (broker, database, migrations), or leaves to Prometheus and Grafana."""
ENVIRONMENTS = {name: ROOT / f"deploy/compose/{name}.env" for name in ("dev", "production")}


def _compose() -> list[str] | None:
    """The plugin of Docker, or Debian's program; neither needs a daemon to read a file."""
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_compose_accepts_the_file_with_each_environment(environment: str) -> None:
    program = _compose()
    if program is None:
        pytest.skip("neither `docker compose` nor docker-compose: apt-get install docker-compose")
    command = [*program, "--env-file", str(ENVIRONMENTS[environment]), "-f", str(ROOT / "docker-compose.yml"), "config"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/local/bin:/usr/bin:/bin"}
    )
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)["services"]
    assert found.keys() >= SERVICES.keys() - SIMULATORS
    pages = found["mailer"]["environment"]["TOCSIN_PAGES_URL"]
    assert pages in ENVIRONMENTS[environment].read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_no_root_writes_nothing_and_can_use_up_nothing(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].partition(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service.get("privileged") is None
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "cpus"} <= service.keys()
    assert name == "prepare" or service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_gets_no_secret_but_those_made_for_its_user(name: str) -> None:
    service = SERVICES[name]
    user = int(service["user"].partition(":")[0])
    given = service.get("secrets", [])
    assert [secret for secret in given if stack_secrets.READERS[secret] != user] == []
    spoken = [
        variable for variable in service.get("environment", {}) if re.search("PASSWORD|KEY|TOKEN|SECRET", variable)
    ]
    assert [variable for variable in spoken if not variable.endswith("_FILE")] == []


def holders(secret: str) -> set[str]:
    return {name for name, service in SERVICES.items() if secret in service.get("secrets", [])}


def test_the_keys_of_the_mail_provider_are_in_the_mailers_container_alone() -> None:
    assert holders("sendgrid_key") == holders("sendgrid_reading_key") == {"mailer"}
    assert holders("smtp_password") == {"mailer", "canary"}, "the canary tells by the second way out what is down"


def test_the_canary_comes_to_the_broker_as_a_user_of_its_own_and_holds_no_key_of_the_services() -> None:
    canary = SERVICES["canary"]
    assert canary["environment"]["TOCSIN_KAFKA_USER"] == kafka_principals.CANARY == CANARY_PUBLISHER
    assert holders("canary_password") == holders("canary_key") == {"canary", "prepare"}
    assert "canary" not in holders("kafka_password")


def test_the_canary_watches_every_service_and_it_and_the_auditor_see_one_anothers_signs_of_life() -> None:
    asked = watched(SERVICES["canary"]["environment"]["TOCSIN_CANARY_WATCHED"])
    assert asked == {name: f"http://{name}:9100/health/ready" for name in OURS.keys() - SIMULATORS - {"canary"}}
    homes = {name: service["environment"].get("TOCSIN_HOME") for name, service in SERVICES.items() if name in OURS}
    assert {name for name, home in homes.items() if home == "/var/lib/watch"} == {"auditor", "canary"}
    assert {"watch:/var/lib/watch"} <= set(SERVICES["auditor"]["volumes"]) & set(SERVICES["canary"]["volumes"])


def test_the_database_is_tuned_as_where_pages_are_measured() -> None:
    assert SERVICES["postgres"]["command"] == ["postgres", *postgresql.TUNED]


@pytest.mark.postgresql
def test_the_role_of_the_services_owns_its_database_and_nothing_else_of_the_server(
    postgresql_server: PostgreSQL, tmp_path: Path
) -> None:
    """The script that the image runs at its first start, run against a real server."""
    assert SERVICES["postgres"]["environment"]["POSTGRES_USER"] == "postgres"
    script = next(v.split(":")[0] for v in SERVICES["postgres"]["volumes"] if "initdb" in v)
    (tmp_path / "password").write_text("it's \\a secret\n")
    place = make_url(postgresql_server.database())
    told = {"PGHOST": place.host, "PGPORT": str(place.port), "PGPASSWORD": place.password or ""}
    told |= {
        "POSTGRES_USER": place.username,
        "OWNER_PASSWORD_FILE": str(tmp_path / "password"),
        "PATH": os.environ["PATH"],
    }
    subprocess.run(["bash", str(ROOT / script)], env=told, check=True, timeout=60)
    with psycopg.connect(
        place.render_as_string(hide_password=False).replace("+psycopg", ""), autocommit=True
    ) as server:
        may = server.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'tocsin'"
        ).fetchone()
        owner = server.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tocsin'").fetchone()
        server.execute("DROP DATABASE tocsin")
        server.execute("DROP ROLE tocsin")
    assert (may, owner) == ((False, False, False), ("tocsin",))


def test_every_secret_is_made_declared_and_used() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys() == stack_secrets.READERS.keys()
    assert all(str(each["file"]).endswith(f"/{name}") for name, each in COMPOSE["secrets"].items())


def test_simulators_run_in_the_profile_for_development_and_nothing_else_does() -> None:
    assert {name for name, service in SERVICES.items() if service.get("profiles")} == SIMULATORS
    assert "COMPOSE_PROFILES=dev" in ENVIRONMENTS["dev"].read_text().splitlines()
    assert "COMPOSE_PROFILES" not in ENVIRONMENTS["production"].read_text()
    assert "state:/var/lib/tocsin:ro" in SERVICES["mailer"]["volumes"]


def test_the_broker_knows_users_and_refuses_whoever_has_no_rule() -> None:
    mounted = [volume.split(":")[0] for volume in SERVICES["kafka"]["volumes"]]
    settings = dict(
        line.split("=", 1)
        for file in mounted
        if file.endswith(("secured.properties", "node.properties"))
        for line in (ROOT / file).read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    assert "PLAINTEXT" not in settings["listener.security.protocol.map"].replace("SASL_PLAINTEXT", "")
    assert settings["allow.everyone.if.no.acl.found"] == "false"
    assert settings["authorizer.class.name"].endswith("StandardAuthorizer")
    assert (SERVICES["mailer"]["environment"]["TOCSIN_KAFKA_USER"]) == "tocsin"


def test_the_broker_alone_may_run_what_it_writes_to_its_temporary_folder() -> None:
    """Its libraries for LZ4, Snappy and Zstandard are unpacked there; Docker's default for tmpfs is noexec."""
    running = [name for name, service in SERVICES.items() if any("exec" in each for each in service["tmpfs"])]
    assert running == ["kafka"]


def test_the_broker_and_the_database_are_on_a_network_without_a_way_out_and_workers_on_no_other() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "prepare", "resolver", "dispatcher", "relay", "auditor"):
        assert SERVICES[name]["networks"] == ["inside"], name
    assert [port for port in SERVICES["kafka"]["ports"] if ":9092" in port] == []


def test_what_is_mounted_from_the_repository_is_there_and_read_only() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert rest.endswith(":ro"), volume
                assert (ROOT / source).exists(), volume


def test_every_image_has_a_version() -> None:
    images = {service["image"] for service in SERVICES.values()} - {"tocsin"}
    assert all(re.fullmatch(r"[a-z/]+:v?\d+[\w.-]*", image) for image in images), images


def test_both_topologies_have_the_same_services_by_the_same_modules() -> None:
    assert SERVICES.keys() == OURS.keys() | BESIDE
    assert {name: SERVICES[name]["command"][-1] for name in OURS} == OURS


def test_both_topologies_tell_every_service_the_same_settings_by_name(tmp_path: Path) -> None:
    stack = SecuredStack(tmp_path)
    stack.choose_addresses()
    for name in OURS:
        assert SERVICES[name]["environment"].keys() == stack.environment_of(name).keys(), name


def test_every_variable_that_the_file_cannot_do_without_is_in_both_environments() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", TEXT))
    known = set(re.findall(r"\$\{(\w+)", TEXT)) | {"COMPOSE_PROFILES"}
    assert wanted
    for file in ENVIRONMENTS.values():
        given = set(re.findall(r"^(\w+)=.", file.read_text(), re.MULTILINE))
        assert wanted <= given <= known, file.name


def test_prometheus_asks_every_service_that_has_figures_and_nobody_else(tmp_path: Path) -> None:
    told = yaml.safe_load((ROOT / "deploy/compose/prometheus.yml").read_text())
    targets = [target for each in told["scrape_configs"][0]["static_configs"] for target in each["targets"]]
    assert sorted(targets) == sorted(f"{name}:9100" for name in OURS.keys() - SIMULATORS)
    loaded = [Path(rules) for rules in told["rule_files"]]
    for rules in loaded:
        assert f"./deploy/prometheus:{rules.parent}:ro" in SERVICES["prometheus"]["volumes"]
    there = {
        file.name for file in (ROOT / "deploy/prometheus").glob("*.yml") if "groups" in yaml.safe_load(file.read_text())
    }
    assert {rules.name for rules in loaded} == there, "no rule is left out, of alerting or of recording"


def test_grafana_finds_its_source_and_its_dashboards_where_they_are_mounted() -> None:
    provisioning = ROOT / "deploy/grafana/provisioning"
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    [provider] = yaml.safe_load((provisioning / "dashboards/tocsin.yml").read_text())["providers"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in SERVICES["grafana"]["volumes"]
