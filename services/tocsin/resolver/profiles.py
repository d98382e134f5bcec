"""The profiles of reports: sealed in the vault, and kept open in memory as long as they are of use."""

import logging
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tocsin.domain.matching.profile import Profile, load_profile
from tocsin.store.casework.reports import PROFILE, Located, Member
from tocsin.store.vault import Vault

REMEMBERED = 20_000
log = logging.getLogger(__name__)

_Key = tuple[str, str]
"""Report and digest of its content: another revision is another profile."""


@dataclass(slots=True)
class Profiles:
    """Opens profiles, each once; the least recently used are forgotten first."""

    vault: Vault
    limit: int = REMEMBERED
    _known: OrderedDict[_Key, Profile] = field(default_factory=OrderedDict)

    def remember(self, report_id: str, digest: str, profile: Profile) -> None:
        self._known[report_id, digest] = profile
        self._known.move_to_end((report_id, digest))
        while len(self._known) > self.limit:
            self._known.popitem(last=False)

    def of(self, connection: Connection, located: Collection[Located | Member]) -> dict[str, Profile | None]:
        """The profile of each report: None if it cannot be read; absent if the report is erased or has none."""
        located = [each for each in located if not (isinstance(each, Member) and self._forget_erased(each))]
        unseen = {each.report_id: each for each in located if (each.report_id, each.content_digest) not in self._known}
        found: dict[str, Profile | None] = {}
        for report_id, content in self.vault.open_many(connection, unseen, PROFILE).items():
            try:
                profile = load_profile(content)
            except (LookupError, TypeError, ValueError):
                log.warning("a profile cannot be read", extra={"report_id": report_id})
                found[report_id] = None
            else:
                self.remember(report_id, unseen[report_id].content_digest, profile)
        for each in located:
            if (key := (each.report_id, each.content_digest)) in self._known:
                self._known.move_to_end(key)
                found[each.report_id] = self._known[key]
        return found

    def _forget_erased(self, member: Member) -> bool:
        """What is erased in the vault must not live on in memory."""
        if member.erased:
            self._known.pop((member.report_id, member.content_digest), None)
        return bool(member.erased)
