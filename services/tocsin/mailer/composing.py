"""Whatever is to be said becomes a mail: each sort of letter in its own form."""

from tocsin.mailer.drill_rendering import render_drill
from tocsin.mailer.gathered_rendering import render_gathered
from tocsin.mailer.letters import DrillLetter, GatheredLetter, Sent
from tocsin.mailer.rendering import Rendering
from tocsin.mailer.sender import Mail


def compose(rendering: Rendering, letter: Sent) -> Mail:
    """The mail of ``letter``."""
    if isinstance(letter, GatheredLetter):
        return render_gathered(rendering, letter)
    if isinstance(letter, DrillLetter):
        return render_drill(rendering, letter)
    return rendering(letter)
