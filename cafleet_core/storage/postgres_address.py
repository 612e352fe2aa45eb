"""A registry's URL as libpq takes it, with the certificate authorities that this system trusts."""

from __future__ import annotations

import os

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_SYSTEMS_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch Linux
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine Linux, macOS
)
_OPENSSLS_OWN = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def address(url: str, **options: str | int) -> str:
    """The URL with further options, for this process's libpq or that of a program of PostgreSQL.

    `sslrootcert=system` becomes the file that the system keeps: the driver's wheels bring an
    OpenSSL of their own, which looks where no system has any, and libpq knows the word only
    from PostgreSQL 16 on. OpenSSL's own variables keep their say.
    """
    given = conninfo_to_dict(url)
    named = given.get("sslrootcert") or os.environ.get("PGSSLROOTCERT")
    if named == "system" and not any(map(os.environ.get, _OPENSSLS_OWN)):
        options |= _trusting_the_system()
    return make_conninfo(url, **options)


def _trusting_the_system() -> dict[str, str]:
    """As strict as the word itself, which takes no other `sslmode`."""
    for bundle in _SYSTEMS_BUNDLES:
        if os.path.exists(bundle):
            return {"sslmode": "verify-full", "sslrootcert": bundle}
    return {}
