"""The compose file in real containers: a publisher's report becomes mail, and no container may more than it must."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

import pytest

from composed import ROOT, Composed, composed, read_json, wait_for
from composed_doors import SURNAME, Reporter, add_reporter, enter_directory, mails_about_cases, watched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
MAILBOX, PROMETHEUS = "http://127.0.0.1:8083/simulator/ledger", "http://127.0.0.1:9090/api/v1"
LEAST = {"CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"}
KILLED = 137
KILL = "kill -9 $(cat /proc/1/task/1/children)"
CALL = "import socket, sys; socket.create_connection((sys.argv[1], 8082), 3)"


@pytest.fixture(scope="module")
def containers() -> Iterator[Composed]:
    with TemporaryDirectory(prefix="tocsin-secrets-") as folder, composed(Path(folder) / "secrets") as running:
        enter_directory(running)
        yield running


@pytest.fixture(scope="module")
def reporter(containers: Composed, tmp_path_factory: pytest.TempPathFactory) -> Reporter:
    return add_reporter(containers, tmp_path_factory.mktemp("publisher"))


def _status(containers: Composed) -> str:
    """What ``tocsin status`` says, though something be away or stuck, which its exit code tells."""
    try:
        return containers.run_in("console", "tocsin", "status")
    except CalledProcessError as told:
        return str(told.stdout.decode())


def _wait_for_reports(containers: Composed, number: int) -> None:
    wait_for(lambda: re.search(rf"│ reports +│ {number} ", _status(containers)))


def _kill(containers: Composed, service: str) -> None:
    """Its main process, as for want of memory; returns once Docker has started it again."""
    containers.run_in(service, "sh", "-c", KILL)
    wait_for(lambda: containers.inspected(service)["RestartCount"] == 1)
    containers.wait_until_well()


def test_a_report_by_either_door_is_a_case_and_becomes_mail_that_names_nobody(
    containers: Composed, reporter: Reporter
) -> None:
    reporter.publish("1")
    _wait_for_reports(containers, 1)
    wait_for(lambda: mails_about_cases(containers, MAILBOX))
    assert reporter.post("by-post") == 202
    _wait_for_reports(containers, 2)
    assert SURNAME not in json.dumps(read_json(MAILBOX))
    assert "HRD-" in containers.run_in("console", "tocsin", "cases", "list")


def test_a_drill_of_the_canary_comes_through_and_everything_works(containers: Composed) -> None:
    wait_for(lambda: watched(containers)["delivered_at"])
    wait_for(lambda: set(watched(containers)["standings"].values()) == {"working"})


def test_no_container_is_root_writes_outside_its_volume_or_has_a_capability(containers: Composed) -> None:
    for service in set(containers.services) - {"prepare"}:
        assert containers.run_in(service, "id", "-u").strip() != "0", service
        assert set(containers.run_in(service, "cat", "/proc/1/status").splitlines()) >= LEAST, service
        assert containers.inspected(service)["HostConfig"]["ReadonlyRootfs"], service


def test_what_is_published_is_on_loopback_and_services_that_call_nobody_are_on_no_other_network(
    containers: Composed,
) -> None:
    for service in containers.services:
        found = containers.inspected(service)
        bound = {one["HostIp"] for ports in (found["HostConfig"]["PortBindings"] or {}).values() for one in ports}
        assert bound <= {"127.0.0.1"}, service
    for service in ("resolver", "dispatcher", "relay", "auditor", "postgres"):
        (network,) = containers.inspected(service)["NetworkSettings"]["Networks"]
        assert network.endswith("_inside"), service


def test_from_the_network_inside_no_other_is_reached(containers: Composed) -> None:
    networks = containers.inspected("console")["NetworkSettings"]["Networks"]
    at = {name.rpartition("_")[2]: network["IPAddress"] for name, network in networks.items()}
    containers.run_in("resolver", "python", "-c", CALL, at["inside"])
    containers.run_in("canary", "python", "-c", CALL, at["outside"])
    with pytest.raises(CalledProcessError):
        containers.run_in("resolver", "python", "-c", CALL, at["outside"])


def test_prometheus_reads_every_service_and_its_rules(containers: Composed) -> None:
    targets = read_json(f"{PROMETHEUS}/targets")["data"]["activeTargets"]
    assert {target["health"] for target in targets} == {"up"}
    assert len(targets) == 10
    groups = read_json(f"{PROMETHEUS}/rules")["data"]["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}


def test_what_is_killed_starts_again_and_nothing_is_lost_with_broker_and_database_away(
    containers: Composed, reporter: Reporter
) -> None:
    for service in ("resolver", "kafka", "postgres"):
        _kill(containers, service)
    reporter.publish("333")
    _wait_for_reports(containers, 3)
    containers.compose("restart", "kafka", "postgres")
    containers.wait_until_well()
    reporter.publish("4444")
    _wait_for_reports(containers, 4)


def test_what_came_after_the_backup_of_the_page_on_production_is_read_again_when_that_is_restored(
    containers: Composed, reporter: Reporter
) -> None:
    page = (ROOT / "deploy/production.md").read_text()
    backup, restore = re.findall("exec -T postgres sh -c '(.*?)'", page)
    (stopped,) = re.findall("docker compose (stop [a-z\\s]+)`", page)
    kept = containers.compose("exec", "-T", "postgres", "sh", "-c", backup)
    reporter.publish("55555")
    _wait_for_reports(containers, 5)
    containers.compose(*stopped.split())
    containers.compose("exec", "-T", "postgres", "sh", "-c", restore, given=kept)
    containers.compose("start", "resolver", "dispatcher", "relay", "console")
    _wait_for_reports(containers, 5)
    containers.run_in("console", "tocsin", "audit", "verify")


def test_everything_stops_by_itself_when_it_is_asked_to(containers: Composed) -> None:
    """Some may say that their database was gone before them; none has to be killed."""
    containers.compose("stop")
    codes = {service: containers.inspected(service)["State"]["ExitCode"] for service in containers.services}
    assert [service for service, code in codes.items() if code == KILLED] == []
