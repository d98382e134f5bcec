"""The mail of a drill: marked as an exercise wherever somebody may look, and about no case."""

from datetime import UTC

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing import wording
from tocsin.mailer.writing.drawing import frame
from tocsin.mailer.writing.headers import headers_of
from tocsin.mailer.writing.letters import DrillLetter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.subjects import exercise
from tocsin.mailer.writing.words import words
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said


def render_drill(rendering: Rendering, letter: DrillLetter) -> Mail:
    """The mail of an exercise."""
    said = words(letter.language)
    opening = frame(
        said,
        said("title.drill"),
        [said("drill.no_case")],
        possible_repeat=letter.delivery.possible_repeat,
        exercise=True,
    )
    facts = opening | {
        "why": _why(letter, said),
        "expected": said("drill.expected", deadline=said.instant(letter.answer_by, letter.timezone)),
        "link": f"{rendering.pages_url.rstrip('/')}/drills/{letter.drill_id}",
    }
    headers = headers_of(f"<drill.{letter.drill_id}@{rendering.mail_domain}>", rendering.mail_domain)
    return rendering.mail(letter, facts, exercise(_subject(letter, said), said), headers)


def _why(letter: DrillLetter, said: Words) -> Said:
    if letter.mandate is None:
        return said("drill.why")
    return said("drill.why_mandate", mandate=wording.name_of(letter.mandate.name, said))


def _subject(letter: DrillLetter, said: Words) -> str:
    deadline = letter.answer_by.astimezone(UTC)
    return said.plain("drill.subject", date=said.day(deadline.date()), time=f"{deadline:%H:%M}")
