"""The six dashboards: who looks at which, and for what, is in ``deploy/grafana/README.md``."""

from tocsin.devtools.dashboards.views.conservation import CONSERVATION
from tocsin.devtools.dashboards.views.duty_wall import DUTY_WALL
from tocsin.devtools.dashboards.views.human_load import HUMAN_LOAD
from tocsin.devtools.dashboards.views.matching import MATCHING
from tocsin.devtools.dashboards.views.pipeline import PIPELINE
from tocsin.devtools.dashboards.views.provider import PROVIDER

VIEWS = (DUTY_WALL, PIPELINE, PROVIDER, MATCHING, HUMAN_LOAD, CONSERVATION)
