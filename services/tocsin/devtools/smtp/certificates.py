"""A certificate authority of our own, and the certificates that the simulator shows."""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tocsin.runtime import clock

_LIFETIME = timedelta(days=3650)
_NAMES = (x509.DNSName("localhost"), x509.DNSName("smtp.tocsin.example"), x509.IPAddress(ip_address("127.0.0.1")))


@dataclass(frozen=True, slots=True)
class Certificates:
    """right: signed by the authority in ``ca_file``, for this machine. wrong: by nobody whom a client knows."""

    right: ssl.SSLContext
    wrong: ssl.SSLContext

    @classmethod
    def create(cls, folder: Path, ca_file: Path) -> "Certificates":
        """Keep an authority that is there, so that clients trust the same one after a restart."""
        folder.mkdir(parents=True, exist_ok=True)
        right, wrong = folder / "smtp-server.pem", folder / "smtp-wrong.pem"
        if not (right.exists() and ca_file.exists()):
            authority = Pair.self_signed("Tocsin simulator authority")
            _write(right, authority.issue(_NAMES).as_pem())
            ca_file.parent.mkdir(parents=True, exist_ok=True)
            ca_file.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        if not wrong.exists():
            _write(wrong, Pair.self_signed("Another authority").issue((x509.DNSName("elsewhere.example"),)).as_pem())
        return cls(_context(right), _context(wrong))


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A key, and the certificate that says whose it is."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def self_signed(cls, name: str) -> "Pair":
        """An authority: it may sign certificates, and no further authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = _named(name)
        builder = _builder(named, named, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        return cls(key, builder.sign(key, SHA256()))

    def issue(self, names: tuple[x509.GeneralName, ...]) -> "Pair":
        """A server's, signed by this authority. names: hosts and addresses that it is shown for."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named("Tocsin simulator"), self.certificate.subject, key)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        return Pair(key, builder.sign(self.key, SHA256()))

    def as_pem(self) -> bytes:
        """The key, unencrypted, then the certificate."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.certificate.public_bytes(Encoding.PEM)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFETIME)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(pem)
    return context


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
