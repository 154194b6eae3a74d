"""Tiles: the piece of a matrix product that fits into the processor's registers.

A tile is a few rows of a product by 16 or 32 columns. It is held in vector registers while a loop
adds one product of a number with a vector after the other, so that memory is only read. Where a row
or a number lies is given by steps, not by a matrix: the windows of a convolution are multiplied
where they lie in the image, and never copied.

LLVM's vectors fit every processor (16 floats are one register of AVX-512, two of AVX2, four of
NEON). What a compiler makes of plain loops here was slower by 5 to 10 times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # numbers of one vector
_REGISTERS = 32 if llvm.get_host_cpu_features().get("avx512f") else 16
MOST_ROWS = 14 if _REGISTERS == 32 else 6  # of a tile: with two vectors a row, nearly all registers

_INT = ir.IntType(64)


def _tile(typing_context, vectors, rows, a, a_steps, b, b_steps, add, c, c_steps, counts):  # type: ignore[no-untyped-def]
    """c[r] = sum over i, j of a[r, i, j] * b[i, j], for the `rows` first r. For compiled code.

    Where `add`, it is added to what c holds. a, b, c are flat arrays of one type. a[r, i, j] is a
    number, b[i, j] and c[r] are `vectors` (1 or 2, a literal) vectors of LANES numbers. `counts`
    says how many i and j there are. Steps are the first place, then how far it is to the next of
    each index: `a_steps` (first, r, i, j), `b_steps` (first, i, j), `c_steps` (first, r).
    0 < rows <= MOST_ROWS, not checked.
    """
    if not isinstance(vectors, types.IntegerLiteral):
        return None
    signature = types.void(
        *(vectors, types.intp, a, types.UniTuple(types.intp, 4), b, types.UniTuple(types.intp, 3)),
        *(types.boolean, c, types.UniTuple(types.intp, 2), types.UniTuple(types.intp, 2)),
    )
    return signature, _generate


tile: Any = intrinsic(_tile)


def _generate(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
    """The machine-independent code: one loop for every number of rows, chosen by a jump."""
    vectors = signature.args[0].literal_value
    rows = arguments[1]
    number = context.get_value_type(signature.args[2].dtype)
    data = [
        context.make_array(signature.args[at])(context, builder, arguments[at]).data
        for at in (2, 4, 7)
    ]
    steps = [cgutils.unpack_tuple(builder, arguments[at]) for at in (3, 5, 8, 9)]
    add = context.cast(builder, arguments[6], types.boolean, types.boolean)
    done = builder.append_basic_block("done")
    jump = builder.switch(rows, done)
    for count in range(1, MOST_ROWS + 1):
        block = builder.append_basic_block(f"rows{count}")
        jump.add_case(_INT(count), block)
        builder.position_at_end(block)
        _loop(builder, number, vectors, count, data, steps, add)
        builder.branch(done)
    builder.position_at_end(done)
    return context.get_dummy_value()


def _loop(
    builder: Any,
    number: ir.Type,
    vectors: int,
    rows: int,
    data: Sequence[Any],
    steps: Sequence[Sequence[Any]],
    add: Any,
) -> None:
    """The loops over i and j, with rows x vectors sums in registers."""
    (a, b, c), (a_steps, b_steps, c_steps, counts) = data, steps
    vector = ir.VectorType(number, LANES)
    size = 4 if isinstance(number, ir.FloatType) else 8
    multiply_add = fused(builder, vector)

    def moved(pointer: Any, by: Any, times: Any) -> Any:
        return builder.gep(pointer, [builder.mul(by, times)])

    def along(pointer: Any) -> list[Any]:
        first = builder.bitcast(pointer, vector.as_pointer())
        return [builder.gep(first, [_INT(v)]) for v in range(vectors)]

    c = builder.gep(c, [c_steps[0]])
    places = [place for r in range(rows) for place in along(moved(c, c_steps[1], _INT(r)))]
    sums = [cgutils.alloca_once(builder, vector) for _ in places]  # become registers
    with builder.if_else(add) as (held, nothing):
        with held:
            for place, total in zip(places, sums, strict=True):
                builder.store(builder.load(place, align=size), total)
        with nothing:
            for total in sums:
                builder.store(ir.Constant(vector, None), total)
    # Rows are reached from every third one: a pointer for each row would not fit into registers.
    once, twice = a_steps[1], builder.mul(a_steps[1], _INT(2))
    a, b = builder.gep(a, [a_steps[0]]), builder.gep(b, [b_steps[0]])
    with cgutils.for_range(builder, counts[0]) as outer:
        a_i, b_i = moved(a, a_steps[2], outer.index), moved(b, b_steps[1], outer.index)
        starts = [b_i, *(moved(a_i, a_steps[1], _INT(r)) for r in range(0, rows, 3))]
        with _walk(builder, counts[1], starts, [b_steps[2], *[a_steps[3]] * len(starts)]) as at:
            factors = [builder.load(place, align=size) for place in along(at[0])]
            for r in range(rows):
                near = at[1 + r // 3]
                if r % 3:
                    near = builder.gep(near, [once if r % 3 == 1 else twice])
                spread = _spread(builder, builder.load(near), vector)
                for v, factor in enumerate(factors):
                    total = sums[r * vectors + v]
                    builder.store(multiply_add(spread, factor, builder.load(total)), total)
    for place, total in zip(places, sums, strict=True):
        builder.store(builder.load(total), place, align=size)


@contextmanager
def _walk(builder: Any, count: Any, starts: Sequence[Any], steps: Sequence[Any]) -> Iterator[Any]:
    """A loop that is entered with pointers, each moved on by its step `count` times."""
    before, inside = builder.block, builder.append_basic_block("walk")
    after = builder.append_basic_block("walked")
    builder.cbranch(builder.icmp_signed(">", count, _INT(0)), inside, after)
    builder.position_at_end(inside)
    left = builder.phi(_INT)
    left.add_incoming(count, before)
    pointers = [builder.phi(start.type) for start in starts]
    for pointer, start in zip(pointers, starts, strict=True):
        pointer.add_incoming(start, before)
    yield pointers
    for pointer, step in zip(pointers, steps, strict=False):
        pointer.add_incoming(builder.gep(pointer, [step]), builder.block)
    fewer = builder.sub(left, _INT(1))
    left.add_incoming(fewer, builder.block)
    builder.cbranch(builder.icmp_signed(">", fewer, _INT(0)), inside, after)
    builder.position_at_end(after)


def fused(builder: Any, vector: ir.VectorType) -> Callable[..., Any]:
    """a * b + c of vectors, in one instruction where the processor has it."""
    bits = 32 if isinstance(vector.element, ir.FloatType) else 64
    kind = ir.FunctionType(vector, [vector] * 3)
    name = f"llvm.fmuladd.v{LANES}f{bits}"
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return lambda a, b, c: builder.call(function, [a, b, c])


def _spread(builder: Any, value: Any, vector: ir.VectorType) -> Any:
    """A vector with this number in every place."""
    empty = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(empty, value, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, empty, zeros)
