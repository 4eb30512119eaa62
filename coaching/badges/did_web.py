"""Issuers by `did:web`: the identifier of an address, and the address of an identifier's document.

The form is that of the did:web method: the host, with its port percent-encoded, then the path with ":"
for "/". Without a path, the document is at `/.well-known/did.json`.
"""

import re
from urllib.parse import quote, unquote, urlsplit

METHOD = "did:web:"
WELL_KNOWN = "/.well-known"
LOOPBACK = ("localhost", "127.0.0.1")
PART = re.compile(r"[A-Za-z0-9._-]+(%3A[0-9]{1,5})?", re.ASCII)
"""A host, with the percent-encoded port, or a step of the path."""

ADDRESS = re.compile(r"[0-9.]+(:[0-9]+)?", re.ASCII)
"""A number in place of a name, which the method does not allow."""


def did_of(url: str, *path: str) -> str:
    """Return the identifier of an issuer at this address, with a path below it if any."""
    return METHOD + ":".join([quote(urlsplit(url).netloc), *path])


def document_url(did: str) -> str | None:
    """Return where the document of this identifier is; None when it is no did:web, or no public name.

    Only this machine is asked by http, as in a trial; every other host by https.
    """
    host, *path = did.removeprefix(METHOD).split(":")
    if not did.startswith(METHOD) or not all(PART.fullmatch(part) for part in (host, *path)):
        return None
    if any("%" in step or not step.strip(".") for step in path):
        return None
    name = unquote(host)
    is_here = urlsplit(f"//{name}").hostname in LOOPBACK
    if not is_here and ADDRESS.fullmatch(name):
        return None
    scheme = "http" if is_here else "https"
    place = "/" + "/".join(path) if path else WELL_KNOWN
    return f"{scheme}://{name}{place}/did.json"


def is_at(url: str, did: str) -> bool:
    """Return whether this address is on the host of the issuer, by the scheme that its document has."""
    document = document_url(did)
    if document is None:
        return False
    try:
        here, there = urlsplit(url), urlsplit(document)
    except ValueError:
        return False
    return (here.scheme, here.netloc) == (there.scheme, there.netloc)


def did_document(did: str, keys: dict[str, dict[str, str]]) -> dict[str, object]:
    """Return the document of an issuer with these public keys, as JWKs by the id of the key."""
    methods = [
        {"id": kid, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
        for kid, jwk in keys.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": list(keys),
    }


def keys_in(document: object, did: str) -> dict[str, dict[str, str]]:
    """Return the keys with which this issuer signs what it says, by their ids; those of others are left out.

    ValueError when it is not the document of this issuer.
    """
    if not isinstance(document, dict) or document.get("id") != did:
        raise ValueError(f"This is not the document of {did}.")
    found = document.get("verificationMethod")
    named = document.get("assertionMethod")
    methods = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    allowed = [_absolute(one, did) for one in named] if isinstance(named, list) else []
    return {
        kid: one["publicKeyJwk"]
        for one in methods
        if (kid := _absolute(one.get("id"), did)) in allowed
        and kid.startswith(f"{did}#")
        and isinstance(one.get("publicKeyJwk"), dict)
    }


def _absolute(kid: object, did: str) -> str:
    return f"{did}{kid}" if isinstance(kid, str) and kid.startswith("#") else str(kid)
