"""OpenID providers, from a file of settings: that of the operators, and those of recipients' mechanisms."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tocsin.console.access.viewer import Role


class UnusableAccessFile(ValueError):
    """The file of settings, or the secret that it names, cannot be used; no content of it is told."""


def is_private(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there: TLS, or this machine (RFC 8252, 8.3)."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))


def _checked(url: str) -> str:
    if not is_private(url):
        raise ValueError("https, or loopback")
    return url


class Client(BaseModel):
    """As what we are known to a provider.

    required_amr: methods of which the provider must have used one (RFC 8176: ``hwk``, ``swk`` …); empty: any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, AfterValidator(_checked)]
    client_id: str = Field(min_length=1)
    secret_file: Path
    scope: str = "openid"
    required_amr: frozenset[str] = frozenset()
    secret: str = Field(default="", exclude=True, repr=False)


class Provider(Client):
    """That of the operators: which of its groups have which roles here.

    claim: of the ID token, a text or a list of texts. roles: what each of them may do; any other is nothing here.
    """

    claim: str = "groups"
    roles: dict[str, frozenset[Role]]

    def roles_of(self, given: object) -> frozenset[Role]:
        """The roles of whom the provider says this in the claim. given: anything, for it comes from outside."""
        groups: Iterable[object] = given if isinstance(given, list) else [given]
        return frozenset(role for group in groups if isinstance(group, str) for role in self.roles.get(group, ()))


class MechanismProvider(Client):
    """That of a mechanism whose people are recipients.

    key: in addresses of pages. name: as people know it. domains: of the addresses for which it may speak; it signs in
    nobody whose address has another.
    """

    key: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=80)
    domains: frozenset[str] = Field(min_length=1)
    scope: str = "openid email"


def read_provider(file: Path) -> Provider:
    """From the table ``[openid]``; ``secret_file`` may be relative to the file. Raises UnusableAccessFile."""
    return _read(file, Provider, _tables(file).get("openid", {}))


def read_mechanism_providers(file: Path) -> dict[str, MechanismProvider]:
    """From the tables ``[[openid]]``, by key. Raises UnusableAccessFile."""
    tables = _tables(file).get("openid", [])
    found = [_read(file, MechanismProvider, table) for table in (tables if isinstance(tables, list) else [tables])]
    if len({known.key for known in found}) != len(found):
        raise UnusableAccessFile(f"{file.name}: not as it should be: openid.key")
    return {known.key: known for known in found}


_Known = TypeVar("_Known", bound=Client)


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UnusableAccessFile(f"{file.name}, or the secret that it names, cannot be read") from None


def _read(file: Path, kind: type[_Known], table: object) -> _Known:
    try:
        known = kind.model_validate(table)
        secret = (file.parent / known.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UnusableAccessFile(f"{file.name}, or the secret that it names, cannot be read") from None
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors()}))
        raise UnusableAccessFile(f"{file.name}: not as it should be: openid.{places}") from None
    return known.model_copy(update={"secret": secret})
