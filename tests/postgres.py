"""A PostgreSQL server for tests: made from the machine's own programs, gone with the run.

The servers come from `$CAFLEET_TEST_PGBIN`, from PATH, or from where Debian puts them. They
refuse to run as root, so that they are started as the user `postgres` there, or `nobody`.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

MISSING = "no PostgreSQL here: apt-get install postgresql"

_QUICK = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
"""


def programs() -> Path | None:
    """The folder with the server's programs, the newest where there are several."""
    named = os.environ.get("CAFLEET_TEST_PGBIN")
    if named:
        return Path(named)
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    return newest[-1].parent if newest else None


class Server:
    """A running server in a folder of its own; its databases are reached by a unix socket."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin_folder = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="cafleet-pg-"))
        self._schemas = itertools.count(1)
        if os.geteuid() == 0:
            owner = _unprivileged()
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-A", "trust", "--locale=C.UTF-8", "--no-sync", "-D", data)
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(_QUICK.format(folder=self.folder))
        log = self.folder / "log"
        self._run("pg_ctl", "-w", "-D", data, "-l", log, "start")

    def stop(self) -> None:
        """End the server at once, and remove all that it has kept."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_schema(self) -> str:
        """The URL of an empty registry: a schema of its own."""
        name = f"test_{os.getpid()}_{next(self._schemas)}"
        self.sql(f"CREATE SCHEMA {name}")
        options = quote(f"-csearch_path={name}")
        return f"{self.url}&options={options}"

    @property
    def url(self) -> str:
        """The URL of the server's own database."""
        user = _unprivileged().pw_name if os.geteuid() == 0 else _user()
        return f"postgresql://{user}@/postgres?host={self.folder}"

    def sql(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.bin_folder / program, *arguments]
        if os.geteuid() == 0:
            owner = _unprivileged().pw_name
            command = [
                *("setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups"),
                *command,
            ]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
