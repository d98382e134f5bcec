"""Settings, from the environment (``TOCSIN_…``). Secrets are files, never values."""

from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from tocsin.runtime.kafka_access import Access, read_password


class Settings(BaseSettings):
    """What every service is started with.

    home: folder of the embedded deployment: database, keys, broker and logs.
    """

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", frozen=True, extra="ignore")

    home: Path = Path(".tocsin")
    database_url: str = ""
    kafka_bootstrap: str = ""
    kafka_user: str = ""
    """With SASL/SCRAM-SHA-512; empty: without."""
    kafka_password_file: Path | None = None
    kafka_tls: bool = False
    kafka_ca_file: Path | None = None
    """Certificates to trust for the broker, in place of the system's."""
    deployment_key_file: Path | None = None
    instance: str = "1"
    """Stable name of this process among its like: the static group member."""
    log_level: str = "INFO"

    bind: str = "127.0.0.1"
    metrics_port: int = 0
    """0: no metrics and health endpoint."""
    webhook_port: int = 8081
    console_port: int = 8082
    simulator_port: int = 8083
    simulator_webhook_url: str = ""
    """Where the simulator posts its events; by default the webhook on this machine."""
    console_url: str = "http://127.0.0.1:8082"
    console_open: bool = False
    """Whether the console asks nobody to sign in: for trying Tocsin out, and refused unless it listens on loopback."""
    access_file: Path | None = None
    """The OpenID provider of the operators, and which of its groups have which roles (TOML); empty: passkeys alone."""
    intake_port: int = 8085
    """The HTTP intake and its form."""
    intake_url: str = "http://127.0.0.1:8085"
    intake_rate: float = 50.0
    """Requests a second that each publisher is given at the intake; ten seconds' worth may come at once."""
    trusted_proxies: str = ""
    """Addresses of reverse proxies, parted by commas, whose ``X-Forwarded-For`` is believed; empty: nobody's."""
    pages_port: int = 8084
    pages_url: str = "http://127.0.0.1:8084"
    """Where the links in mails lead: the recipients' pages."""
    pages_access_file: Path | None = None
    """OpenID providers of recipients' mechanisms, and for which addresses each may speak (TOML); empty: codes alone."""

    sendgrid_host: str = "https://api.sendgrid.com"
    """``https://api.eu.sendgrid.com`` for an account in the EU."""
    sendgrid_key_file: Path | None = None
    sendgrid_reading_key_file: Path | None = None
    """A second key, which may read logs, suppressions and settings; by default the first."""
    sendgrid_timeout: float = 8.0
    """Seconds; none above 10."""
    webhook_public_key_file: Path | None = None
    mail_from: str = "alerts@tocsin.example"
    mail_domain: str = "tocsin.example"
    """Domain of our Message-IDs and thread roots."""
    sending_threads: int = 12
    smtp_host: str = ""
    """The second way out; empty: there is none."""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    """Certificates to trust beside the system's."""
    smtp_timeout: float = 8.0
    reply_domain: str = ""
    """Domain whose mail comes in through the provider (Inbound Parse); empty: mails name no address for answers."""
    inbound_public_key_file: Path | None = None
    fairness_file: Path | None = None
    """What each publisher may send at once, in place of ``knowledge/fairness.toml``."""
    pacing_file: Path | None = None
    """How many mails a person gets, and how long others are gathered, in place of ``knowledge/pacing.toml``."""
    undelivered_seconds: float = 600.0
    """After how long an urgent mail that was not delivered goes to another address or person."""
    doubt_seconds: float = 60.0
    """How long to wait for the provider's events before its log is asked about an unknown outcome, and an urgent mail
    that is not there is sent again."""

    canary_seconds: float = 300.0
    """From one drill of the canary to the next. After two fifths of it, what does not answer does not work."""
    canary_key_file: Path | None = None
    """With which it signs; by default ``canary.key`` in ``home``."""
    canary_watched: str = ""
    """Where it asks, parted by commas: ``resolver=http://127.0.0.1:9101/health/ready,console=…``."""
    canary_ping_url: str = ""
    """Asked for while everything works, by https or http; somebody outside takes silence for an alarm."""
    duty_address: str = ""
    """Who is told by mail, through the second way out, what does not work; with it, the auditor expects a canary."""
    status_port: int = 8086
    """The public status page."""

    @cached_property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'tocsin.db'}"

    @cached_property
    def key_file(self) -> Path:
        return self.deployment_key_file or self.home / "deployment.key"

    @cached_property
    def bootstrap(self) -> str:
        """The broker: as configured, else the one that ``devtools.broker`` left word of."""
        if self.kafka_bootstrap:
            return self.kafka_bootstrap
        address = self.home / "broker" / "address"
        return address.read_text().strip() if address.exists() else "127.0.0.1:9092"

    @cached_property
    def kafka(self) -> Access:
        """How the broker is reached. Raises UnusablePasswordFile if a user is named whose password is not there."""
        user, file = self.kafka_user, self.kafka_password_file
        left = self.home / "broker" / "user"
        if not user and not self.kafka_bootstrap and left.exists():
            user, file = left.read_text().strip(), self.home / "kafka.password"
        password = read_password(file) if user else ""
        return Access(self.bootstrap, user, password, self.kafka_tls, self.kafka_ca_file)
