"""Apache Kafka's jars: exactly those of ``kafka/jars.lock``, fetched once, verified at every start."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tocsin.devtools.broker_problems import BrokerProblem

FILES = Path(__file__).with_name("kafka")
TOOLS = FILES / "tools.lock"
"""What Kafka's command-line clients need beside the broker's jars; nothing that is run needs it."""
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Jar:
    """coordinate: ``group:artifact:version``."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def locked(lock: Path = FILES / "jars.lock") -> list[Jar]:
    """The jars of the lock file."""
    return [Jar(*line.split()) for line in lock.read_text().splitlines() if line]


def cache_folder() -> Path:
    """Where downloads are kept, shared by all homes of this user."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tocsin" / "kafka"


def class_path(jars: Sequence[Jar], cache: Path) -> list[Path]:
    """Paths of all jars, fetched if absent. Raises BrokerProblem if one is not what the lock says, or cannot be had."""
    folder = cache / "jars"
    folder.mkdir(parents=True, exist_ok=True)
    if missing := [jar for jar in jars if not (folder / jar.file_name).exists()]:
        _fetch(missing, folder)
    for jar in jars:
        _verify(jar, folder / jar.file_name)
    return sorted(folder / jar.file_name for jar in jars)


def _verify(jar: Jar, path: Path) -> None:
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != jar.sha256:
        raise BrokerProblem(
            "broker-checksum",
            f"{path} is not the file of the lock (SHA-256 {found[:12]}… instead of {jar.sha256[:12]}…)",
            f"find out why; then delete {path} to fetch it again",
        )


def _fetch(jars: Sequence[Jar], folder: Path) -> None:
    """Into a folder of its own first, so that nothing unverified or half written is ever found in ``folder``."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as name:
        for jar, path in zip(jars, _download(jars, Path(name)), strict=True):
            _verify(jar, path)
            path.replace(folder / jar.file_name)


def _download(jars: Sequence[Jar], scratch: Path) -> list[Path]:
    """With jgo; where it is absent or finds no way to Maven Central, with Maven, which knows the user's mirrors."""
    failure: Exception | None = None
    if importlib.util.find_spec("jgo") is not None:
        try:
            return _with_jgo(jars, scratch)
        except (OSError, RuntimeError, ValueError, LookupError) as error:  # of jgo and its HTTP client; Maven may do
            failure = error
    if shutil.which("mvn"):
        return _with_maven(jars, scratch)
    raise BrokerProblem(
        "broker-jars-unavailable",
        f"Apache Kafka's jars could not be fetched ({type(failure).__name__ if failure else 'neither jgo nor mvn'})",
        "check the way to Maven Central, install jgo or Maven, or set TOCSIN_KAFKA_BOOTSTRAP to a broker that runs",
    ) from failure


def _with_jgo(jars: Iterable[Jar], scratch: Path) -> list[Path]:
    """Each coordinate raw, without resolving: jgo's resolution of these poms gives other versions than Maven's."""
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=scratch / "jgo", timeout=30)

    def download(jar: Jar) -> Path:
        return Path(context.create_dependency(jar.coordinate).artifact.resolve())

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(download, jars))


def _with_maven(jars: Iterable[Jar], scratch: Path) -> list[Path]:
    output = scratch / "maven"
    command = ["mvn", "-B", "-q", "-f", str(FILES / "pom.xml"), _COPY, "-DincludeScope=runtime"]
    run = subprocess.run([*command, f"-DoutputDirectory={output}"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise BrokerProblem(
            "broker-jars-unavailable",
            f"Maven could not fetch Apache Kafka: {(run.stdout.strip().splitlines() or ['no message'])[0]}",
            "check the way to Maven Central, or set TOCSIN_KAFKA_BOOTSTRAP to a broker that runs",
        )
    return [output / jar.file_name for jar in jars]


def main() -> None:
    """Fetch what is missing, with Kafka's own clients for the tests, which themselves may not leave the machine."""
    class_path([*locked(), *locked(TOOLS)], cache_folder())


if __name__ == "__main__":
    main()
