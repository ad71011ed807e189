#!/usr/bin/env python3
"""Makes the constants and the reference tables of crates/model/src/math with 60-digit arithmetic.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath==1.3.0
    /tmp/venv/bin/python scripts/reference_tables.py constants   # writes math/normal_table.rs, prints the rest
    /tmp/venv/bin/python scripts/reference_tables.py reference   # writes tests/math/*.csv

Constants are near-minimax: polynomials through the Chebyshev points of their interval, a rational
through the Chebyshev points of its own. References are exact to the 17 digits they show: the binary
value of the argument that is printed goes into mpmath, so that no error comes from its rounding.
"""

import random
import sys
from pathlib import Path

from mpmath import mp, mpf, cos, erfc, exp, expm1, inf, lu_solve, matrix, pi, sqrt

mp.dps = 60
MODEL = Path(__file__).resolve().parent.parent / "crates" / "model"

# --- functions ------------------------------------------------------------------------------------


def density(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def upper_tail(x):
    return erfc(x / sqrt(mpf(2))) / 2


def cdf(x):
    return upper_tail(-x)


def inverse_cdf(p):
    """The root of cdf(x) = p by Newton's method on the logarithm, which converges from any start."""
    q = p if p < mpf(1) / 2 else 1 - p
    x = -sqrt(-2 * mp.log(q))
    for _ in range(60):
        step = (mp.log(cdf(x)) - mp.log(q)) * cdf(x) / density(x)
        x -= step
        if abs(step) < mpf(10) ** -50:
            return x if p < mpf(1) / 2 else -x
    raise ArithmeticError(f"no convergence at {p}")


def moments(lower, upper):
    """The shift and the removed share of a standard normal truncated to (lower, upper).

    The working precision covers what the textbook quotients lose, at most 80 digits here.
    """
    if lower == -inf and upper == inf:
        return mpf(0), mpf(0)
    mirrored = lower == -inf or (upper != inf and lower + upper < 0)
    if mirrored:
        lower, upper = -upper, -lower
    digits = mp.dps
    mp.dps = 160
    try:
        low, high = density(lower), (density(upper) if upper != inf else mpf(0))
        mass = upper_tail(lower) - (upper_tail(upper) if upper != inf else mpf(0))
        shift = (low - high) / mass
        edge = upper * high if upper != inf else mpf(0)
        removed = shift * shift - (lower * low - edge) / mass
    finally:
        mp.dps = digits
    return (-shift if mirrored else +shift), +removed


# --- fitting --------------------------------------------------------------------------------------


def chebyshev_points(low, high, count):
    return [
        (low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)
    ]


def polynomial(function, low, high, count):
    """`count` coefficients, lowest first, of the polynomial through the Chebyshev points."""
    points = chebyshev_points(mpf(low), mpf(high), count)
    return list(
        lu_solve(
            matrix([[x**k for k in range(count)] for x in points]),
            matrix([function(x) for x in points]),
        )
    )


def rational(function, low, high, top, bottom):
    """Coefficients, lowest first, of P (degree `top`) and Q (degree `bottom`, Q(0) = 1)."""
    count = top + bottom + 1
    points = chebyshev_points(mpf(low), mpf(high), count)
    rows, values = [], []
    for x in points:
        y = function(x)
        rows.append([x**k for k in range(top + 1)] + [-y * x**k for k in range(1, bottom + 1)])
        values.append(y)
    solution = list(lu_solve(matrix(rows), matrix(values)))
    return solution[: top + 1], [mpf(1)] + solution[top + 1 :]


def evaluate(coefficients, x):
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def gauss_legendre(count):
    """The positive points of the rule with `count` points on [-1, 1] and their weights."""
    points, weights = [], []
    for i in range(count // 2):
        x = mp.findroot(lambda y: mp.legendre(count, y), cos(pi * (4 * i + 3) / (4 * count + 2)))
        slope = count * (x * mp.legendre(count, x) - mp.legendre(count - 1, x)) / (x * x - 1)
        points.append(x)
        weights.append(2 / ((1 - x * x) * slope**2))
    return points, weights


def rust(name, coefficients):
    digits = ", ".join(repr(float(c)) for c in coefficients)
    print(f"const {name}: [f64; {len(coefficients)}] = [{digits}];")


# --- the constants of the source ------------------------------------------------------------------

NODES = 256
SPACING = mpf(1) / 32
TERMS = 8
TAIL_START = 6


def mills_remainder(x):
    """t²(1 − t·M(t)) at x = 1/t², M the Mills ratio: 1 − 3x + 15x² − …"""
    if x == 0:
        return mpf(1)
    t = 1 / sqrt(x)
    digits = mp.dps
    mp.dps = 90
    value = (1 - t * upper_tail(t) / density(t)) / x
    mp.dps = digits
    return value


def constants():
    for name, parts, terms in (("NEAR", 8, 6), ("FAR", 1, 10)):
        half = mp.log(2) / (2 * parts) * mpf("1.0001")
        kernel = polynomial(lambda r: (expm1(r) - r) / r**2, -half, half, terms)
        worst = max(
            abs((1 + r + r * r * evaluate([mpf(float(c)) for c in kernel], r)) / exp(r) - 1)
            for r in (half * k / 1000 for k in range(-1000, 1001))
        )
        print(f"// e^r, |r| <= ln(2)/{2 * parts}: relative error {mp.nstr(worst, 3)}")
        rust(name, kernel)
    rust("EIGHTHS", [mpf(2) ** (mpf(j) / 8) for j in range(8)])

    top, bottom = rational(mills_remainder, 0, mpf(1) / TAIL_START**2, 5, 5)
    worst = max(
        abs(evaluate(top, x) / evaluate(bottom, x) / mills_remainder(x) - 1)
        for x in (mpf(k) / 500 / TAIL_START**2 for k in range(501))
    )
    print(f"// t²(1 − t·M(t)), t >= {TAIL_START}: relative error {mp.nstr(worst, 3)}")
    rust("TAIL_TOP", top)
    rust("TAIL_BOTTOM", bottom)

    points, weights = gauss_legendre(12)
    rust("GAUSS_POINTS", points)
    rust("GAUSS_WEIGHTS", weights)

    lines = [
        "//! The upper tail of the normal distribution, one local polynomial a row.",
        "//!",
        "//! Made by `scripts/reference_tables.py constants`: do not edit.",
        "",
        "/// Row `k` holds the coefficients, lowest first, of the polynomial in `g = 32 t - k` that gives",
        "/// the chance of a standard normal above `t`, for `g` in [-1/2, 1/2].",
        "#[rustfmt::skip]",
        f"pub(super) static UPPER_TAIL: [[f64; {TERMS}]; {NODES}] = [",
    ]
    worst = mpf(0)
    for k in range(NODES):
        row = polynomial(lambda g: upper_tail((k + g) * SPACING), mpf(-1) / 2, mpf(1) / 2, TERMS)
        for j in range(-8, 9):
            g = mpf(j) / 16
            worst = max(worst, abs(evaluate(row, g) / upper_tail((k + g) * SPACING) - 1))
        lines.append("    [" + ", ".join(repr(float(c)) for c in row) + "],")
    lines.append("];")
    (MODEL / "src" / "math" / "normal_table.rs").write_text("\n".join(lines) + "\n")
    print(f"// UPPER_TAIL: relative error {mp.nstr(worst, 3)}")


# --- the references of the tests ------------------------------------------------------------------


def shown(x):
    return "inf" if x == inf else "-inf" if x == -inf else mp.nstr(mpf(x), 17, min_fixed=0, max_fixed=0)


def write(name, header, rows):
    lines = [header] + [",".join(shown(x) for x in row) for row in rows]
    (MODEL / "tests" / "math" / name).write_text("\n".join(lines) + "\n")
    print(name, len(rows))


def arguments(low, high, steps, drawn, generator):
    """Even steps from `low` to `high` and as many random numbers as `drawn`, all exact floats."""
    even = [low + (high - low) * k / steps for k in range(steps + 1)]
    return sorted(set(even + [generator.uniform(low, high) for _ in range(drawn)]))


def band_bounds(generator):
    """Bounds of the one-sided and two-sided bands under test."""
    edges = [k / 2 for k in range(61)] + [-k / 2 for k in range(1, 61)]
    for edge in edges:
        yield edge, inf
    for edge in (generator.uniform(-30, 30) for _ in range(100)):
        yield edge, inf
        yield -inf, edge
    for edge in (-37.0, 35.0, 100.0, 1e4, 1e6, 1e9):
        yield edge, inf
    for width in (1e-3, 1e-2, 0.1, 0.125, 0.3, 1.0, 2.0, 5.0, 12.0, 30.0):
        for edge in range(-30, 31, 3):
            yield float(edge), edge + width
        yield -width / 2, width / 2 + 1e-9
        yield -width / 2, width / 2
    for width in (1e-9, 1e-3, 1.0, 1e3):
        for edge in (100.0, 1e4, 1e6, -1e6 - width):
            yield edge, edge + width
    for _ in range(400):
        edge = generator.uniform(-30, 30)
        yield edge, edge + 10 ** generator.uniform(-3, 1.5)


def reference():
    generator = random.Random(5)
    write("exp.csv", "x,exp", [(x, exp(mpf(x))) for x in arguments(-708.0, 709.7, 300, 300, generator)
                               + arguments(-3.0, 3.0, 100, 100, generator)])
    points = arguments(-37.5, 37.5, 300, 300, generator) + arguments(-6.0, 6.0, 192, 300, generator)
    write("normal.csv", "x,pdf,cdf", [(x, density(mpf(x)), cdf(mpf(x))) for x in points])
    chances = [2.0**-k for k in range(2, 54)] + [1 - 2.0**-k for k in range(2, 54)]
    chances += [10.0**-k for k in range(17, 301, 20)] + [generator.random() for _ in range(300)]
    write("inverse_cdf.csv", "p,x", [(p, inverse_cdf(mpf(p))) for p in sorted(chances)])
    rows = [(a, b, *moments(mpf(a), mpf(b))) for a, b in band_bounds(generator)]
    write("truncated.csv", "lower,upper,shift,removed", rows)


if __name__ == "__main__":
    {"constants": constants, "reference": reference}[sys.argv[1]]()
