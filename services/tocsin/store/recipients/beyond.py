"""What a person was written of beyond their mandates: mostly nothing, which two indexes tell."""

from sqlalchemy import CTE, BindParameter, bindparam, except_, select

from tocsin.store.tables import alerts, deliveries

MANDATES: BindParameter[str] = bindparam("mandates", expanding=True)
"""Those that the person is in line for."""
WRITTEN_TO = deliveries.c.recipient_id == bindparam("r")
"""``r``: the id of the person."""
BEYOND: CTE = (
    except_(
        select(deliveries.c.alert_id).where(WRITTEN_TO, deliveries.c.alert_id.is_not(None)),
        select(alerts.c.alert_id).where(alerts.c.mandate.in_(MANDATES)),
    )
    .cte("beyond")
    .prefix_with("MATERIALIZED")
)
"""The alerts, by id."""
