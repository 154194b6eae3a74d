"""The basis in which a convolution of tiles is a product number by number.

In one dimension the outputs are A'((G g) * (B' d)), * number by number: kernel g and data d are
polynomials, evaluated in six points by G and B', and A' reads the outputs from the products (Toom
1963, Cook 1966). In two dimensions it is done along rows and along columns. What is tested against
is the convolution itself, and `nn.plain.conv2d`.
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

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.tiles import LANES, fused

SIDE = 6  # pixels of an input tile
KERNELS = (3, 4, 5)
POINTS = (0, 1, -1, 2, -2)  # and infinity


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
    a = [[Fraction(p) ** i for p in POINTS] + [Fraction(i == m - 1)] for i in range(m)]
    g, b = [], []
    for p in POINTS:
        others = [q for q in POINTS if q != p]
        scale = np.prod([p - q for q in others])
        g.append([Fraction(p) ** i / int(scale) for i in range(k)])
        b.append([*_product(others), 0])
    g.append([Fraction(i == k - 1) for i in range(k)])
    b.append(_product(list(POINTS)))
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


change: Any = intrinsic(_change_of_basis)


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
