"""The folder of an embedded deployment: one stack at a time, and wiped only if it is surely ours."""

import fcntl
import shutil
from pathlib import Path
from typing import IO

_MARK = ".tocsin-home"


class HomeInUse(RuntimeError):
    """Another stack runs in this folder."""


class NotAHome(RuntimeError):
    """The folder holds something that is not ours; it is left alone."""


def claim(home: Path) -> IO[str]:
    """Take the folder for this process, making it if absent; it is free again when the result is closed."""
    if home.is_dir() and not (home / _MARK).exists() and any(home.iterdir()):
        raise NotAHome(f"{home} is not empty and was not made by tocsin; choose another --home")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = (home / _MARK).open("a")
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        mark.close()
        raise HomeInUse(f"{home} is in use by another tocsin; stop it first, or choose another --home") from None
    return mark


def wipe(home: Path) -> None:
    """Empty a folder that ``claim`` has taken."""
    if not (home / _MARK).exists():
        raise NotAHome(f"{home} was not made by tocsin")
    for entry in home.iterdir():
        if entry.name == _MARK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
