"""Where a figure lies with 95 % confidence, as far as a few observations can say."""

from math import cos, exp, pi, sin, sqrt
from statistics import NormalDist

ALPHA = 0.05
NORMAL = NormalDist()
Interval = tuple[float, float]


def z_of(alpha: float = ALPHA) -> float:
    """How many standard deviations leave `alpha` outside, half of it on either side."""
    return NORMAL.inv_cdf(1 - alpha / 2)


def wilson(share: float, n: float, z: float) -> Interval:
    """Where a share of `n` observations lies; it holds for few of them and near 0 and 1 as well.

    Wilson's score interval: E. B. Wilson, Journal of the American Statistical Association 22
    (1927), 209-212. `n` need not be whole: observations that hang together count for fewer.
    """
    if n <= 0:
        return 0.0, 1.0
    middle = share + z * z / (2 * n)
    reach = z * sqrt(max(0.0, share * (1 - share)) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def newcombe(share: float, of: Interval, other: float, of_other: Interval) -> Interval:
    """Where the difference of two shares lies, by the Wilson interval of each.

    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    difference = share - other
    below = sqrt((share - of[0]) ** 2 + (of_other[1] - other) ** 2)
    above = sqrt((of[1] - share) ** 2 + (other - of_other[0]) ** 2)
    return difference - below, difference + above


def t_of(alpha: float, df: float) -> float:
    """As `z_of`, where the spread itself is known from so few that `df` degrees of freedom are left.

    Student's t. G. W. Hill, Algorithm 396, Communications of the ACM 13 (1970), 619-620.
    """
    if df == 1:
        return cos(alpha * pi / 2) / sin(alpha * pi / 2)
    if df == 2:
        return sqrt(2 / (alpha * (2 - alpha)) - 2)
    a = 1 / (df - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * df
    y = (d * alpha) ** (2 / df)
    if y > 0.05 + a:
        return sqrt(df * _near_normal(alpha, df, a, b, c, d))
    tail = 1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3)
    return sqrt(df * (((tail + 0.5 / (df + 4)) * y - 1) * (df + 1) / (df + 2) + 1 / y))


def _near_normal(alpha: float, df: float, a: float, b: float, c: float, d: float) -> float:
    x = -z_of(alpha)
    if df < 5:
        c += 0.3 * (df - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = x * x
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    y = a * y * y
    return exp(y) - 1 if y > 0.002 else 0.5 * y * y + y
