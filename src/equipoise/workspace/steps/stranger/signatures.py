"""Ed25519 signatures checked with whole numbers alone (RFC 8032, section 5.1).

It only checks, so it needs no secret and no care for timing. A point is held as (X, Y, Z, T) with
x = X / Z, y = Y / Z, x y = T / Z.
"""

from __future__ import annotations

import hashlib

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
Point = tuple[int, int, int, int]


def add_points(p: Point, q: Point) -> Point:
    """Add two points of the curve (RFC 8032, section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    """Add a point to itself so many times."""
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add_points(found, point)
        point = add_points(point, point)
        number >>= 1
    return found


def point_of(data: bytes) -> Point | None:
    """Read a point from its 32 bytes; None where they are of no point (section 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(data) != 32 or y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def signature_is_good(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether S B = R + k A, with k = SHA-512(R, A, message) (section 5.1.7)."""
    base = point_of((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    key, commitment = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or key is None or commitment is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little")
    left, right = times(s, base), add_points(commitment, times(k % ORDER, key))
    return all((left[i] * right[2] - right[i] * left[2]) % PRIME == 0 for i in (0, 1))
