"""Convolution with fewer multiplications (Winograd 1980; for images Lavin and Gray 2016).

A tile of m x m output pixels depends on 6 x 6 input pixels, m = 7 - k. Both are brought to another
basis, where the convolution of a tile is a product number by number: 36 multiplications do what
takes 16 * 9 = 144 for kernels of 3x3 and 4 * 25 = 100 for 5x5. With channels, the products become
36 matrix products, of tiles by channels with channels by channels.

In one dimension the outputs are A'((G g) * (B' d)), * number by number: kernel g and data d are
polynomials, evaluated in six points by G and B', and A' reads the outputs from the products (Toom
1963, Cook 1966). In two dimensions it is done along rows and along columns. Rounding is that of
sums with coefficients up to 8: some 1e-6 of the largest value, where plain sums have 3e-7.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from inkgrad.compiled import compiled
from inkgrad.kernels.arrays import Array
from inkgrad.kernels.frames import copy, copy_pixels, frame_image
from inkgrad.kernels.tiles import LANES, MOST_ROWS, fused, tile

SIDE = 6  # pixels of an input tile
KERNELS = (3, 4, 5)
_POINTS = (0, 1, -1, 2, -2)  # and infinity
_ONE = _POINTS.index(1) * (SIDE + 1)  # product (1, 1): in every output, with a factor of 1
_GROUP = 42  # tiles whose gradients are summed at once: the sums are worth loading, tiles in cache


def _product(points: list[int]) -> list[int]:
    """The coefficients of the product of x - p, the constant first."""
    coefficients = [1]
    for p in points:
        raised, lowered = [0, *coefficients], [*(-p * c for c in coefficients), 0]
        coefficients = [a + b for a, b in zip(raised, lowered, strict=True)]
    return coefficients


@cache
def matrices(k: int) -> tuple[Array, Array, Array]:
    """A' (m, 6), G (6, k) and B' (6, 6) for kernels of k."""
    m = SIDE + 1 - k
    a = [[Fraction(p) ** i for p in _POINTS] + [Fraction(i == m - 1)] for i in range(m)]
    g, b = [], []
    for p in _POINTS:
        others = [q for q in _POINTS if q != p]
        scale = np.prod([p - q for q in others])
        g.append([Fraction(p) ** i / int(scale) for i in range(k)])
        b.append([*_product(others), 0])
    g.append([Fraction(i == k - 1) for i in range(k)])
    b.append(_product(list(_POINTS)))
    return tuple(np.array(rows, np.float64) for rows in (a, g, b))  # type: ignore[return-value]


def outputs(k: int) -> int:
    """m, the side of the tiles of outputs for kernels of k."""
    return SIDE + 1 - k


def transformed(W: Array) -> Array:
    """U = G W G', for each pair of channels      W (k, k, c, o)  U (36, c, o)"""
    k, _, c, o = W.shape
    G = matrices(k)[1].astype(W.dtype)
    return _both_ways(G, np.ascontiguousarray(W)).reshape(SIDE * SIDE, c, o)


def transformed_back(dU: Array, k: int) -> Array:
    """dW = G' dU G, the gradient by W from that by U      dU (36, c, o)  dW (k, k, c, o)"""
    _, c, o = dU.shape
    G = matrices(k)[1].astype(dU.dtype)
    return _both_ways(G.T, dU.reshape(SIDE, SIDE, c, o))


def _both_ways(L: Array, a: Array) -> Array:
    """L a L' over the first two axes."""
    outs, ins = L.shape
    c, o = a.shape[2:]
    rows = (L @ a.reshape(ins, ins * c * o)).reshape(outs, ins, c * o)
    return np.matmul(L, rows).reshape(outs, outs, c, o)


def _change_of_basis(typing_context, which, m, a, a_steps, b, b_steps):  # type: ignore[no-untyped-def]
    """b = L a L', where a and b are square tiles of vectors of LANES channels.

    L is, by the literal `which`: 0 for B', from pixels of the input to products; 1 for A' of m
    outputs, from products to pixels; 2 for A, from gradients of pixels to those of products. Steps
    are the first place in a flat array, and how far it is to the next row and the next column.
    """
    if not isinstance(which, types.IntegerLiteral):
        return None
    steps = types.UniTuple(types.intp, 3)
    return types.void(which, types.intp, a, steps, b, steps), _generate


_change: Any = intrinsic(_change_of_basis)


def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    which = signature.args[0].literal_value
    vector = ir.VectorType(context.get_value_type(signature.args[2].dtype), LANES)
    a, b = (
        context.make_array(signature.args[at])(context, builder, arguments[at]).data
        for at in (2, 4)
    )
    steps = [cgutils.unpack_tuple(builder, arguments[at]) for at in (3, 5)]
    if which == 0:
        _sandwich(builder, vector, matrices(3)[2], a, steps[0], b, steps[1])
        return context.get_dummy_value()
    done = builder.append_basic_block("done")
    jump = builder.switch(arguments[1], done)
    for k in KERNELS:
        m = SIDE + 1 - k
        block = builder.append_basic_block(f"outputs{m}")
        jump.add_case(ir.IntType(64)(m), block)
        builder.position_at_end(block)
        matrix = matrices(k)[0] if which == 1 else matrices(k)[0].T
        _sandwich(builder, vector, matrix, a, steps[0], b, steps[1])
        builder.branch(done)
    builder.position_at_end(done)
    return context.get_dummy_value()


def _sandwich(
    builder: Any, vector: ir.VectorType, L: Array, a: Any, a_steps: Any, b: Any, b_steps: Any
) -> None:
    size = 4 if isinstance(vector.element, ir.FloatType) else 8
    integer = ir.IntType(64)

    def place(flat: Any, steps: Any, i: int, j: int) -> Any:
        first, row, column = steps
        at = builder.add(builder.mul(row, integer(i)), builder.mul(column, integer(j)))
        pointer = builder.gep(flat, [builder.add(first, at)])
        return builder.bitcast(pointer, vector.as_pointer())

    outs, ins = L.shape
    columns = [
        _combined(
            builder,
            vector,
            L,
            [builder.load(place(a, a_steps, i, j), align=size) for i in range(ins)],
        )
        for j in range(ins)
    ]
    for i in range(outs):
        row = _combined(builder, vector, L, [columns[j][i] for j in range(ins)])
        for j in range(outs):
            builder.store(row[j], place(b, b_steps, i, j), align=size)


def _combined(builder: Any, vector: ir.VectorType, L: Array, values: list[Any]) -> list[Any]:
    """L @ values. A point and its opposite share their even and their odd part."""
    if len(L) < len(values):  # reading outputs: opposite points are columns
        even, odd = (L[:, 1:-1:2] + L[:, 2:-1:2]) / 2, (L[:, 1:-1:2] - L[:, 2:-1:2]) / 2
        opposite = list(zip(values[1:-1:2], values[2:-1:2], strict=True))
        values = [
            *(values[0], values[-1]),
            *(builder.fadd(a, b) for a, b in opposite),
            *(builder.fsub(a, b) for a, b in opposite),
        ]
        L = np.hstack([L[:, :1], L[:, -1:], even, odd])
        return [_sum(builder, vector, row, values) for row in L]
    outs = [_sum(builder, vector, L[0], values)]
    for a, b in zip(L[1:-1:2], L[2:-1:2], strict=True):
        even = _sum(builder, vector, (a + b) / 2, values)
        odd = _sum(builder, vector, (a - b) / 2, values)
        outs += [builder.fadd(even, odd), builder.fsub(even, odd)]
    return [*outs, _sum(builder, vector, L[-1], values)]


def _sum(builder: Any, vector: ir.VectorType, factors: Array, values: list[Any]) -> Any:
    """The sum of factors * values, leaving out what is multiplied by nothing."""
    multiply_add, total = fused(builder, vector), None
    # Ones first: they begin a sum without a product.
    for j in sorted(np.flatnonzero(factors), key=lambda j: abs(factors[j]) != 1):
        factor, value = float(factors[j]), values[j]
        if total is None and factor == 1:
            total = value
        elif total is None:
            total = builder.fmul(value, ir.Constant(vector, [factor] * LANES))
        elif abs(factor) == 1:
            total = (builder.fadd if factor > 0 else builder.fsub)(total, value)
        else:
            total = multiply_add(value, ir.Constant(vector, [factor] * LANES), total)
    return total


@compiled
def _layout(n: int, p: int, q: int, m: int) -> tuple[int, int, int]:
    """Tiles across an image of p x q outputs, in the image, and in all images."""
    down, across = (p + m - 1) // m, (q + m - 1) // m
    return across, down * across, n * down * across


@compiled
def _frame_of(layout: tuple[int, int, int], m: int, filled: int, like: Array) -> Array:
    """A flat frame of zeros for one image of the input."""
    across, of_image, _ = layout
    k = SIDE + 1 - m
    return np.zeros((of_image // across * m + k - 1) * (across * m + k - 1) * filled, like.dtype)


# Products lie tile by tile, the 36 of a tile side by side, in vectors of 16 channels: what a tile
# is changed into is one run of memory, and from tile to tile it is a constant step.
_STEP = SIDE * SIDE * LANES


@compiled
def _to_products(
    x: Array,
    layout: tuple[int, int, int],
    first: int,
    count: int,
    before: int,
    m: int,
    frame: Array,
    filled: int,
    products: Array,
    room: int,
) -> None:
    """Tiles first, first + 1, ... of the input as products (filled / 16, room, 36, 16)."""
    across, of_image, _ = layout
    wide = across * m + SIDE - m
    for place in range(count):
        sample, at = divmod(first + place, of_image)
        if at == 0:
            frame_image(x, sample, (before, before), 1, frame, filled, wide)
        from_ = (at // across * wide + at % across) * m * filled
        for group in range(filled // LANES):
            pixels = (from_ + group * LANES, wide * filled, filled)
            to = ((group * room + place) * _STEP, SIDE * LANES, LANES)
            _change(0, m, frame, pixels, products, to)


@compiled
def convolve(x: Array, U: Array, b: Array, before: int, m: int, y: Array) -> None:
    """y = the convolution of x with the kernels that U stands for, + b, at a stride of 1.

    x (n, h, w, c)  U (36, c, o) with c and o filled up to whole vectors  b (as U's o)
    y (n, p, q, o)
    """
    n, p, q, o = y.shape
    _, deep, filled = U.shape
    layout = _layout(n, p, q, m)
    across, of_image, tiles = layout
    frame = _frame_of(layout, m, deep, x)
    seen = np.empty(MOST_ROWS * SIDE * SIDE * deep, x.dtype)
    made = np.empty(MOST_ROWS * SIDE * SIDE * filled, x.dtype)
    weights, out = U.reshape(-1), y.reshape(-1)
    whole = across * m == q and of_image // across * m == p and filled == o
    room = out if whole else np.empty(of_image * m * m * filled, x.dtype)
    wide = across * m * filled
    for first in range(0, tiles, MOST_ROWS):
        count = min(MOST_ROWS, tiles - first)
        _to_products(x, layout, first, count, before, m, frame, deep, seen, MOST_ROWS)
        for place in range(count):
            copy(b, 0, made, (place * SIDE * SIDE + _ONE) * filled, filled)
        counts = (deep // LANES, LANES)
        for t in range(SIDE * SIDE):
            add, steps = t == _ONE, (t * LANES, _STEP, MOST_ROWS * _STEP, 1)
            for at in range(0, filled, 2 * LANES):
                by = (t * deep * filled + at, LANES * filled, filled)
                into = (t * filled + at, SIDE * SIDE * filled)
                if at + LANES < filled:
                    tile(2, count, seen, steps, weights, by, add, made, into, counts)
                else:
                    tile(1, count, seen, steps, weights, by, add, made, into, counts)
        for place in range(count):
            sample, at = divmod(first + place, of_image)
            to = sample * of_image * m * m * filled if whole else 0
            to += at // across * m * wide + at % across * m * filled
            for channel in range(0, filled, LANES):
                products = (place * SIDE * SIDE * filled + channel, SIDE * filled, filled)
                _change(1, m, made, products, room, (to + channel, wide, filled))
            if at == of_image - 1 and not whole:
                for i in range(p):
                    copy_pixels(room, i * wide, filled, out, (sample * p + i) * q * o, o, q, 1)


@compiled
def weight_gradient(x: Array, dy: Array, before: int, m: int) -> Array:
    """dU, the gradient by U of what `convolve` computes, from dy, the gradient by y.

    x (n, h, w, c)  dy (n, p, q, o)  dU (36, c, o) with c and o filled up to whole vectors
    """
    n, p, q, o = dy.shape
    deep = (x.shape[3] + LANES - 1) // LANES * LANES
    filled = (o + LANES - 1) // LANES * LANES
    dU = np.empty((SIDE * SIDE, deep, filled), x.dtype)
    layout = _layout(n, p, q, m)
    across, of_image, tiles = layout
    frame = _frame_of(layout, m, deep, x)
    seen = np.empty(_GROUP * SIDE * SIDE * deep, x.dtype)
    made = np.empty(_GROUP * SIDE * SIDE * filled, x.dtype)
    given, out = dy.reshape(-1), dU.reshape(-1)
    whole = across * m == q and of_image // across * m == p and filled == o
    room = given if whole else np.zeros(of_image * m * m * filled, x.dtype)
    wide = across * m * filled
    parts = (LANES + MOST_ROWS - 1) // MOST_ROWS  # of a vector of channels
    for first in range(0, tiles, _GROUP):
        count = min(_GROUP, tiles - first)
        _to_products(x, layout, first, count, before, m, frame, deep, seen, _GROUP)
        for place in range(count):
            sample, at = divmod(first + place, of_image)
            if at == 0 and not whole:
                frame_image(dy, sample, (0, 0), 1, room, filled, across * m)
            from_ = sample * of_image * m * m * filled if whole else 0
            from_ += at // across * m * wide + at % across * m * filled
            for channel in range(0, filled, LANES):
                products = (place * SIDE * SIDE * filled + channel, SIDE * filled, filled)
                _change(2, m, room, (from_ + channel, wide, filled), made, products)
        add, counts = first > 0, (1, count)
        for t in range(SIDE * SIDE):
            for part in range(deep // LANES * parts):
                group, piece = divmod(part, parts)
                top, bottom = LANES * piece // parts, LANES * (piece + 1) // parts
                steps = (group * _GROUP * _STEP + t * LANES + top, 1, 0, _STEP)
                row = t * deep + group * LANES + top
                for at in range(0, filled, 2 * LANES):
                    by = (t * filled + at, 0, SIDE * SIDE * filled)
                    into = (row * filled + at, filled)
                    if at + LANES < filled:
                        tile(2, bottom - top, seen, steps, made, by, add, out, into, counts)
                    else:
                        tile(1, bottom - top, seen, steps, made, by, add, out, into, counts)
    return dU
