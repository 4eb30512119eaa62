"""Signatures: JWTs by Ed25519, made with a secret key, and read with the public keys of their issuer.

Only Ed25519 is accepted, whatever algorithm a token names. A key inside a token is never used: keys come from
the issuer alone.
"""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

ALGORITHM = "Ed25519"
REGISTRY = JWSRegistry(algorithms=[ALGORITHM])
HEADERS = {"alg", "kid", "typ"}
"""The headers that Open Badges 3.0 allows, but for a key of its own."""

MOST_CHARACTERS = 100_000

Jwk = Mapping[str, str]


class Altered(Exception):
    """The signature is not by that issuer, or does not fit the content; the text says what was found."""


class Unreadable(Exception):
    """The text is no signed token at all."""


def new_key() -> tuple[str, str]:
    """Return a new key: its public and its secret part, in base64url."""
    made = OKPKey.generate_key("Ed25519").as_dict(private=True)
    return str(made["x"]), str(made["d"])


def public_jwk(public: str) -> dict[str, str]:
    """Return a public key as JWK."""
    return {"kty": "OKP", "crv": ALGORITHM, "x": public, "alg": ALGORITHM, "use": "sig"}


def sign(claims: Mapping[str, Any], *, kid: str, public: str, secret: str) -> str:
    """Return the claims as a signed token."""
    key = OKPKey.import_key({"kty": "OKP", "crv": ALGORITHM, "x": public, "d": secret})
    payload = json.dumps(claims, ensure_ascii=False).encode()
    header = {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}
    return jws.serialize_compact(header, payload, key, registry=REGISTRY)


def said_issuer(token: str) -> str:
    """Return the issuer that a token names, which is not known to be true; Unreadable without one."""
    claims = _claims(_extracted(token).payload)
    return str(claims.get("iss", ""))


def read(token: str, keys: Mapping[str, Jwk]) -> dict[str, Any]:
    """Return the claims of a token that one of these keys signed; Altered or Unreadable when none did."""
    header = _extracted(token).headers()
    if header.get("alg") != ALGORITHM:
        raise Altered(f"it is not signed by {ALGORITHM}")
    if set(header) - HEADERS or header.get("typ", "JWT") not in ("JWT", "vc+jwt"):
        raise Altered("its header has what no badge has")
    jwk = keys.get(str(header.get("kid")))
    if jwk is None:
        raise Altered("it is signed by a key that its issuer does not have")
    try:
        key = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})
        if key.curve_name != ALGORITHM:
            raise Altered("its issuer's key is of another kind")
        found = jws.deserialize_compact(token, key, registry=REGISTRY)
    except (JoseError, KeyError, ValueError, TypeError) as problem:
        raise Altered("the signature does not fit") from problem
    return _claims(found.payload)


def _extracted(token: str) -> Any:
    if len(token) > MOST_CHARACTERS:
        raise Unreadable("it is too long")
    try:
        found = jws.extract_compact(token.encode("ascii"))
    except (JoseError, ValueError, RecursionError) as problem:
        raise Unreadable("it is not a signed token") from problem
    # The library takes any JSON in which it finds "alg".
    if not isinstance(found.headers(), dict):
        raise Unreadable("it is not a signed token")
    return found


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("what is signed cannot be read") from problem
    if not isinstance(claims, dict):
        raise Unreadable("what is signed is no credential")
    return claims
