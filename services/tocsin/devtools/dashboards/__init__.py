"""Grafana dashboards as code: what each shows, and the JSON in ``deploy/grafana`` made from it."""
