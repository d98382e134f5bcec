"""Words beside a number that say it is another case's: an earlier one, a relative's, a precedent.

Plain and cautious: a number so marked is left out, for a missed link costs a review and a wrong one a case.
"""

import re
from collections.abc import Sequence

from tocsin.domain.matching.citations.passage import Passage
from tocsin.domain.matching.citations.quotations import Quotation

_NOUN = (
    r"(?:OPINIONS?|OPINIONES|LETTERS?|COMMUNICATIONS?|APPEALS?|CASES?|MEASURES?|ALERTS?|ACTIONS?|DECISIONS?|PETITIONS?"
    r"|REFERENCES?|AVIS|LETTRES?|APPELS?|AFFAIRES?|CAS|MESURES?|ALERTES?|SAISINES?|REQUETES?|CARTAS?|COMUNICACION(?:ES)?"
    r"|LLAMAMIENTOS?|CASOS?|MEDIDAS?|ALERTAS?|ACCION(?:ES)?|DECISION(?:ES)?|PETICION(?:ES)?|APPLICATIONS?)"
)
_OTHER_BEFORE = (
    r"(?:PREVIOUS|EARLIER|PRIOR|FORMER|PRECEDING|PAST|ANOTHER|OTHER|RELATED|SIMILAR|SEPARATE|DIFFERENT|COMPARABLE"
    r"|PRECEDENTE?S?|AUTRES?|ANCIENN?E?S?|OTR[OA]S?|ANTERIOR(?:ES)?|PREVI[OA]S?)"
)
_OTHER_AFTER = (
    r"(?:PRECEDENTE?S?|ANTERIEURE?S?|CONNEXES?|SIMILAIRES?|DISTINCTE?S?|SEPAREE?S?|LIEE?S?|ANTERIOR(?:ES)?|PREVI[OA]S?"
    r"|RELACIONAD[OA]S?|SIMILAR(?:ES)?|DISTINT[OA]S?|CONEX[OA]S?)"
)
_FEW_WORDS = r"(?:[A-Z]{1,15} ){0,2}"
_RELATIVE = (
    r"(?:BROTHER|SISTER|FATHER|MOTHER|HUSBAND|WIFE|PARTNER|SON|DAUGHTER|COUSIN|UNCLE|AUNT|COLLEAGUE|FRERE|SOEUR|PERE"
    r"|MERE|MARI|EPOU[XS]E?|FILS|FILLE|ONCLE|TANTE|COLLEGUE|HERMAN[OA]|PADRE|MADRE|ESPOS[OA]|MARIDO|MUJER|HIJ[OA]"
    r"|PRIM[OA]|TI[OA]|COLEGA)"
)
_ABOUT = r"(?:OF|FOR|ON|ABOUT|CONCERNING|REGARDING|DE|POUR|SUR|CONCERNANT|SOBRE|A FAVOR DE)"
_MARK = re.compile(
    rf"\b(?:{_OTHER_BEFORE} {_FEW_WORDS}{_NOUN}|{_NOUN} {_FEW_WORDS}{_OTHER_AFTER}"
    r"|PREVIOUSLY|FORMERLY|PRECEDEMMENT|AUPARAVANT|ANTERIORMENTE|PREVIAMENTE"
    r"|SEE,? (?:ALSO|INTER ALIA|E\.G\.|FOR EXAMPLE)|CF|COMPARE|VOIR (?:AUSSI|EGALEMENT|NOTAMMENT|PAR EXEMPLE)"
    r"|VEASE (?:TAMBIEN|ASIMISMO|POR EJEMPLO)|VER (?:TAMBIEN|ADEMAS)|MUTATIS MUTANDIS"
    rf"|{_ABOUT} (?:HIS|HER|THEIR|SON|SA|LEUR|SU) {_RELATIVE})\b"
)
_OTHER = re.compile(rf"\b{_OTHER_BEFORE} $")
_BEFORE, _AFTER = 70, 45
_ABBREVIATED = "".join(
    rf"(?<!\b{word})" for word in ("cf", "Cf", "g", "No", "no", "ref", "Ref", "Mr", "Mrs", "Ms", "Dr", "M", "Sr", "Sra")
)
_SENTENCE = re.compile(rf";|{_ABBREVIATED}[.!?] (?=[A-Z][a-z]|[A-Z]{{4,}}|[A-Z] [a-z])")
_LIST = re.compile(r"[ ,;()&]*(?:(?:AND|ET|Y|E|OR|OU|O)[ (]*)?")
_JOINED = re.compile(r"[ ,()]*(?:AND|ET|Y|AS WELL AS|AINSI QUE|ASI COMO)\b")


def unrelated(passage: Passage, quotations: Sequence[Quotation]) -> list[Quotation]:
    """Those of the numbers, given in their order, that no words around them ascribe to another case.

    Words between two numbers speak of the second; the numbers of a list share its mark.
    """
    edges = [0, *(edge for q in quotations for edge in (q.start, q.end)), len(passage.text)]
    kept, marked = [], False
    for i, quotation in enumerate(quotations):
        before, after = edges[2 * i], edges[2 * i + 3]
        in_list = marked and _LIST.fullmatch(passage.text, before, quotation.start) is not None
        marked = in_list or _before(passage, before, quotation) or _after(passage, quotation.end, after)
        if not marked:
            kept.append(quotation)
    return kept


def _before(passage: Passage, from_: int, quotation: Quotation) -> bool:
    """Words before the number in its sentence, or before the noun that is part of it: ``previous Opinion 22/2020``."""
    from_ = max(from_, quotation.start - _BEFORE)
    for sentence in _SENTENCE.finditer(passage.written, from_, quotation.start):
        from_ = sentence.end()
    is_marked = _MARK.search(passage.text, from_, quotation.end) or _OTHER.search(passage.text, from_, quotation.start)
    return is_marked is not None


def _after(passage: Passage, end: int, to: int) -> bool:
    """Words after the number, unless another number follows them closely, or they only join other things to it."""
    if (to < end + _AFTER and to != len(passage.text)) or _JOINED.match(passage.text, end):
        return False
    to = min(to, end + _AFTER)
    stop = _SENTENCE.search(passage.written, end, to)
    return _MARK.search(passage.text, end, stop.start() if stop else to) is not None
