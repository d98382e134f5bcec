"""Pictures of the dashboards: a week of an invented deployment, asked through Prometheus, drawn by Grafana's parts."""
