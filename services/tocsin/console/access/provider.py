"""The OpenID provider of the operators, from a file of settings: which of its groups have which roles here."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
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


class Provider(BaseModel):
    """claim: of the ID token, a text or a list of texts. roles: what each of them may do; any other is nothing here.

    required_amr: methods of which the provider must have used one (RFC 8176: ``hwk``, ``swk`` …); empty: any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, AfterValidator(_checked)]
    client_id: str = Field(min_length=1)
    secret_file: Path
    claim: str = "groups"
    scope: str = "openid"
    roles: dict[str, frozenset[Role]]
    required_amr: frozenset[str] = frozenset()
    secret: str = Field(default="", exclude=True, repr=False)

    def roles_of(self, given: object) -> frozenset[Role]:
        """The roles of whom the provider says this in the claim. given: anything, for it comes from outside."""
        groups: Iterable[object] = given if isinstance(given, list) else [given]
        return frozenset(role for group in groups if isinstance(group, str) for role in self.roles.get(group, ()))


def read_provider(file: Path) -> Provider:
    """From the table ``[openid]``; ``secret_file`` may be relative to the file. Raises UnusableAccessFile."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        known = Provider.model_validate(table.get("openid", {}))
        secret = (file.parent / known.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UnusableAccessFile(f"{file.name}, or the secret that it names, cannot be read") from None
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors()}))
        raise UnusableAccessFile(f"{file.name}: not as it should be: openid.{places}") from None
    return known.model_copy(update={"secret": secret})
