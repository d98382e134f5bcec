"""On which reports a mail rests, and what it may show of each: as the pages of the recipients do."""

from tocsin.domain.routing.resting import TOLD as TOLD
from tocsin.domain.routing.resting import Basis as Basis
from tocsin.domain.routing.resting import bases as bases
