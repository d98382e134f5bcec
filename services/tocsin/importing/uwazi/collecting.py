"""What changed in a Uwazi collection, gathered as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.importing.reading.sheets import Row
from tocsin.importing.uwazi.client import Entity, Uwazi
from tocsin.importing.uwazi.entities import headers_of, row_of
from tocsin.importing.uwazi.polling import Changes


@dataclass(frozen=True, slots=True)
class Collected:
    """ids: of the entities, in the order of the rows. point: up to where everything is in the rows (milliseconds)."""

    headers: tuple[str, ...]
    rows: list[Row]
    ids: list[str]
    point: int


def collect(collection: Uwazi, template: Entity, languages: Sequence[str], since: int, unpublished: bool) -> Collected:
    """Every entity of the template that was edited after ``since``, once, as it was last met.

    languages: further ones, in which each entity is asked for as well. Raises Forbidden or Unavailable.
    """
    changes = Changes(collection, str(template["_id"]), since, unpublished)
    latest = {entity["sharedId"]: entity for entity in changes.entities()}
    rows = []
    for number, (shared_id, entity) in enumerate(latest.items(), 1):
        asked = {language: collection.in_language(shared_id, language) for language in languages}
        others = {language: other or {} for language, other in asked.items()}
        rows.append(row_of(entity, template, number, others))
    return Collected(headers_of(template, languages), rows, list(latest), changes.point)
