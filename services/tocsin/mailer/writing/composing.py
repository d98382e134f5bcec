"""Whatever is to be said becomes a mail: each sort of letter in its own form."""

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.drill_rendering import render_drill
from tocsin.mailer.writing.gathered_rendering import render_gathered
from tocsin.mailer.writing.letters import DrillLetter, GatheredLetter, Sent
from tocsin.mailer.writing.rendering import Rendering


def compose(rendering: Rendering, letter: Sent) -> Mail:
    """The mail of ``letter``."""
    if isinstance(letter, GatheredLetter):
        return render_gathered(rendering, letter)
    if isinstance(letter, DrillLetter):
        return render_drill(rendering, letter)
    return rendering(letter)
