#include "PackedProducts.h"

// A product and its addition are one operation wherever the machine has it.
#pragma STDC FP_CONTRACT ON

typedef float float4 __attribute__((vector_size(16)));
typedef float float8 __attribute__((vector_size(32)));
typedef float float16 __attribute__((vector_size(64)));
typedef float loose_float4 __attribute__((vector_size(16), aligned(4)));
typedef float loose_float8 __attribute__((vector_size(32), aligned(4)));
typedef float loose_float16 __attribute__((vector_size(64), aligned(4)));

/// Floats of the next block that a tile asks for with each of its entries, and those with all of them.
enum { ahead_step = 8, ahead_piece = CK_ENTRY_BLOCK * ahead_step };

/// Adds one small tile of sums over one block of entries: an outer product for each entry, all sums in registers. What lies at `ahead` is
/// wanted soon.
typedef void tile_function(
    const float *rows, const float *columns, size_t entries, const float *ahead, float *sums, size_t stride);

typedef struct {
    tile_function *add;
    size_t rows, columns;
} tile_kind;

/// A tile of `R` layers x two vectors of layers. Fewer than all of the machine's registers: the rest hold the operands.
#define TILE(name, attributes, vector, R)                                                                              \
    attributes static void name(                                                                                       \
        const float *rows, const float *columns, size_t entries, const float *ahead, float *sums, size_t stride) {     \
        enum { lanes = sizeof(vector) / sizeof(float) };                                                               \
        vector tile[R][2];                                                                                             \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) tile[r][0] = tile[r][1] = (vector){0};          \
        for (size_t e = 0; e < entries; e++) {                                                                         \
            vector left = *(const loose_##vector *)columns, right = *(const loose_##vector *)(columns + lanes);        \
            _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                                           \
                vector row = rows[r] - (vector){0};                                                                    \
                tile[r][0] += row * left;                                                                              \
                tile[r][1] += row * right;                                                                             \
            }                                                                                                          \
            __builtin_prefetch(ahead, 0, 2);                                                                           \
            rows += CK_STRIP;                                                                                          \
            columns += CK_STRIP;                                                                                       \
            ahead += ahead_step;                                                                                       \
        }                                                                                                              \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                                               \
            loose_##vector *left = (loose_##vector *)(sums + r * stride);                                              \
            loose_##vector *right = (loose_##vector *)(sums + r * stride + lanes);                                     \
            *left = *left + tile[r][0];                                                                                \
            *right = *right + tile[r][1];                                                                              \
        }                                                                                                              \
    }

#if defined(__x86_64__)
TILE(add_baseline_tile, , float4, 4)
TILE(add_avx2_tile, __attribute__((target("avx2,fma"))), float8, 4)
TILE(add_avx512_tile, __attribute__((target("avx512f,fma"))), float16, 8)
static const tile_kind tile_kinds[] = {
    {add_baseline_tile, 4, 8}, {add_avx2_tile, 4, 16}, {add_avx512_tile, 8, 32}};
#else
// 32 registers of four lanes, as on arm64.
TILE(add_baseline_tile, , float4, 8)
static const tile_kind tile_kinds[] = {{add_baseline_tile, 8, 8}, {add_baseline_tile, 8, 8}, {add_baseline_tile, 8, 8}};
#endif

ck_instructions ck_best_instructions(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) return ck_instructions_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ck_instructions_avx2;
#endif
    return ck_instructions_baseline;
}

/// Where the block after the one at `first` starts in strip number `strip`.
static const float *next_block(ck_interleaved side, size_t entries, size_t strip, size_t first) {
    return side.values + (strip * entries + first + CK_ENTRY_BLOCK) * CK_STRIP;
}

/// What tile number `tile` of the block at `first` asks for of the next block: tiles share it, row strips first. The memory is too slow
/// to be asked when a block begins.
static const float *ahead_of(
    ck_interleaved rows, ck_interleaved columns, size_t entries, size_t first, size_t tile, const float *nothing) {
    enum { pieces = CK_ENTRY_BLOCK * CK_STRIP / ahead_piece };
    if (first + 2 * CK_ENTRY_BLOCK > entries) return nothing;
    size_t strip = tile / pieces, offset = tile % pieces * ahead_piece;
    size_t row_strips = (rows.layers + CK_STRIP - 1) / CK_STRIP, strips = (columns.layers + CK_STRIP - 1) / CK_STRIP;
    if (strip < row_strips) return next_block(rows, entries, strip, first) + offset;
    strip -= row_strips;
    return strip < strips ? next_block(columns, entries, strip, first) + offset : nothing;
}

void ck_add_packed_products(
    ck_instructions instructions, ck_interleaved rows, ck_interleaved columns, size_t entries, int upper_only,
    float *sums, size_t stride) {
    tile_kind tile = tile_kinds[instructions];
    // A block of either side stays in the first and second level of cache while all tiles go over it.
    for (size_t first = 0; first < entries; first += CK_ENTRY_BLOCK) {
        size_t count = entries - first < CK_ENTRY_BLOCK ? entries - first : CK_ENTRY_BLOCK, number = 0;
        for (size_t c = 0; c < columns.layers; c += tile.columns) {
            const float *right = columns.values + (c / CK_STRIP * entries + first) * CK_STRIP + c % CK_STRIP;
            for (size_t r = 0; r < rows.layers; r += tile.rows) {
                if (upper_only && r >= c + tile.columns) break;
                const float *left = rows.values + (r / CK_STRIP * entries + first) * CK_STRIP + r % CK_STRIP;
                const float *ahead = ahead_of(rows, columns, entries, first, number++, right);
                tile.add(left, right, count, ahead, sums + r * stride + c, stride);
            }
        }
    }
}

void ck_interleave(const float *values, size_t stride, size_t entries, float *strip) {
    size_t whole = entries & ~(size_t)3;
    for (size_t e = 0; e < whole; e += 4) {
        for (size_t l = 0; l < CK_STRIP; l += 4) {
            const float *from = values + l * stride + e;
            float4 a = *(const loose_float4 *)from, b = *(const loose_float4 *)(from + stride);
            float4 c = *(const loose_float4 *)(from + 2 * stride), d = *(const loose_float4 *)(from + 3 * stride);
            float4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
            float4 ba = __builtin_shufflevector(a, b, 2, 6, 3, 7), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            float *to = strip + e * CK_STRIP + l;
            __builtin_nontemporal_store(__builtin_shufflevector(ab, cd, 0, 1, 4, 5), (float4 *)to);
            __builtin_nontemporal_store(__builtin_shufflevector(ab, cd, 2, 3, 6, 7), (float4 *)(to + CK_STRIP));
            __builtin_nontemporal_store(__builtin_shufflevector(ba, dc, 0, 1, 4, 5), (float4 *)(to + 2 * CK_STRIP));
            __builtin_nontemporal_store(__builtin_shufflevector(ba, dc, 2, 3, 6, 7), (float4 *)(to + 3 * CK_STRIP));
        }
    }
    for (size_t e = whole; e < entries; e++) {
        for (size_t l = 0; l < CK_STRIP; l++) strip[e * CK_STRIP + l] = values[l * stride + e];
    }
}
