"""PostgreSQL on this machine, as Debian packages it: loopback only, its data in the home.

Ours is a role with a password that owns its database, and nothing else of the server.
"""

import os
import pwd
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROLE = DATABASE = "tocsin"
_SUPERUSER = _MAINTENANCE = "postgres"


class DatabaseProblem(RuntimeError):
    """PostgreSQL cannot run here; the text says why, and what to do."""


def installed() -> Path | None:
    """The folder of the newest version's programs; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def unprivileged() -> list[str]:
    """What stands before a command of PostgreSQL, which refuses to run as root; nothing for anybody else.

    It still ends with the process that started it, which a change of user would undo.
    """
    if os.geteuid() != 0:
        return []
    user, group = _postgres()
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--pdeathsig", "keep", "--"]


def give_to_postgres(path: Path) -> None:
    """Make the user that ``unprivileged`` turns into the owner."""
    if os.geteuid() == 0:
        os.chown(path, *_postgres())


def _postgres() -> tuple[int, int]:
    user = pwd.getpwnam("postgres")
    return user.pw_uid, user.pw_gid


TUNED = ("-c", "random_page_cost=1.1")
"""As in docker-compose.yml: on a disk without moving parts any page costs about as much as the next."""


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A server in ``<home>/postgresql``, run by a supervisor. port: on loopback."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        """Without the password, which the client reads from a file (libpq ``passfile``)."""
        passfile = quote(str(self._password_file), safe="/")
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{self.port}/{DATABASE}?passfile={passfile}"

    def prepare(self) -> list[str]:
        """Make the cluster if it is absent. Returns the command that runs it; raises DatabaseProblem."""
        programs = installed()
        if programs is None:
            raise DatabaseProblem("PostgreSQL is not installed: apt-get install postgresql")
        self._folder.mkdir(exist_ok=True, mode=0o700)
        give_to_postgres(self._folder)
        self._be_reachable()
        if not (self._cluster / "PG_VERSION").exists():
            self._make_cluster(programs)
        if not self._server_password_file.exists():
            raise DatabaseProblem(f"{self._cluster} was made by an earlier version: choose another --home")
        server = [str(programs / "postgres"), "-D", str(self._cluster), "-p", str(self.port), "-k", str(self._folder)]
        return [*unprivileged(), *server, "-c", "listen_addresses=127.0.0.1", *TUNED]

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Until it answers; the database is there then. Raises DatabaseProblem after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while not self._answers():
            if time.monotonic() > deadline:
                raise DatabaseProblem(f"PostgreSQL does not answer; see {self.home / 'logs' / 'postgresql.log'}")
            time.sleep(0.05)

    @property
    def _folder(self) -> Path:
        return self.home / "postgresql"

    @property
    def _cluster(self) -> Path:
        return self._folder / "cluster"

    @property
    def _password_file(self) -> Path:
        return self.home / "pgpass"

    @property
    def _server_password_file(self) -> Path:
        """Of the superuser, whom no service knows."""
        return self.home / "pgpass-server"

    def _be_reachable(self) -> None:
        """Where we are root, the home is another user's to pass through, and nobody else's."""
        if os.geteuid() != 0:
            return
        os.chown(self.home, -1, _postgres()[1])
        self.home.chmod(0o710)
        if subprocess.run([*unprivileged(), "test", "-w", str(self._folder)], check=False).returncode != 0:
            raise DatabaseProblem(f"the user postgres cannot reach {self._folder}: choose another --home")

    def _make_cluster(self, programs: Path) -> None:
        """The password is passed in a file, since others can see a command."""
        password = _new_password(self._server_password_file, _SUPERUSER)
        _new_password(self._password_file, ROLE)
        told = self._folder / "password"
        told.touch(0o600)
        told.write_text(password + "\n")
        give_to_postgres(told)
        who = ["-U", _SUPERUSER, "-A", "scram-sha-256", f"--pwfile={told}"]
        words = ["-E", "UTF8", "--locale=C.UTF-8"]
        command = [*unprivileged(), str(programs / "initdb"), "-D", str(self._cluster), *who, *words]
        made = subprocess.run(command, cwd=self._folder, capture_output=True, check=False)
        told.unlink()
        if made.returncode != 0:
            raise DatabaseProblem(f"initdb failed: {made.stderr.decode(errors='replace').strip()}")

    def _answers(self) -> bool:
        """Whether it answers; makes our role and database if it does and they are not there."""
        file = str(self._server_password_file)
        place = make_conninfo(host="127.0.0.1", port=self.port, user=_SUPERUSER, passfile=file)
        try:
            with psycopg.connect(place, dbname=_MAINTENANCE, connect_timeout=5, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if known.fetchone() is None:
                    self._make_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _make_database(self, connection: psycopg.Connection[Any]) -> None:
        """As ``deploy/compose/postgres/owner.sh`` does."""
        password = sql.Literal(self._password_file.read_text().strip().rpartition(":")[2])
        connection.execute("SET log_min_error_statement = panic")
        role = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
        connection.execute(role.format(sql.Identifier(ROLE), password))
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}".encode())


def _new_password(file: Path, role: str) -> str:
    password = secrets.token_urlsafe(24)
    file.touch(0o600)
    file.write_text(f"127.0.0.1:*:*:{role}:{password}\n")
    return password
