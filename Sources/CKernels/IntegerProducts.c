#include "IntegerProducts.h"
#include "Dispatch.h"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

// The product of two scales is not fused with anything.
#pragma STDC FP_CONTRACT OFF

typedef int32_t loose_int __attribute__((may_alias, aligned(1)));
typedef float loose_float4 __attribute__((vector_size(16), aligned(4)));
typedef float loose_float8 __attribute__((vector_size(32), aligned(4)));
typedef float loose_float16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t lanes4 __attribute__((vector_size(16)));
typedef int32_t lanes8 __attribute__((vector_size(32)));
typedef int32_t lanes16 __attribute__((vector_size(64)));
typedef int32_t loose_lanes4 __attribute__((vector_size(16), may_alias, aligned(1)));
typedef int32_t loose_lanes8 __attribute__((vector_size(32), may_alias, aligned(1)));
typedef int32_t loose_lanes16 __attribute__((vector_size(64), may_alias, aligned(1)));
typedef uint32_t unsigned_lanes4 __attribute__((vector_size(16)));

enum {
    strip = CK_INTEGER_STRIP,
    /// Features whose products one lane adds up at a time.
    group = 4,
    group_bytes = strip * group,
};

/// One strip of rows, and one or more of columns, `column_bytes` apart.
typedef struct {
    const int8_t *rows, *columns;
    size_t groups, column_bytes;
    const float *row_scales, *column_scales;
    const uint32_t *row_sums;
    float *values;
    size_t stride;
} strips;

typedef void strips_function(const strips *operands);

/// The products of `R` rows from `first` on and `C` vectors of `N` columns, all sums in registers. START is what a row's sums begin with,
/// COLUMNS what is made of a vector of columns, VALUES gives a row's group, and DOT adds its products with those of all columns.
#define BLOCK(name, attributes, N, R, C, START, COLUMNS, VALUES, DOT)                                                  \
    attributes INLINED void name(const strips *operands, size_t first) {                                               \
        enum { pieces = strip / N };                                                                                   \
        strips o = *operands;                                                                                          \
        lanes##N sums[R][C];                                                                                           \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                                               \
            lanes##N start = START(o.row_sums[first + r]) - (lanes##N){0};                                             \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < C; c++) sums[r][c] = start;                         \
        }                                                                                                              \
        const int8_t *row = o.rows + first * group, *column = o.columns;                                               \
        for (size_t g = 0; g < o.groups; g++) {                                                                        \
            lanes##N columns[C];                                                                                       \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < C; c++) {                                           \
                const int8_t *from = column + c / pieces * o.column_bytes + c % pieces * sizeof(lanes##N);             \
                columns[c] = COLUMNS(*(const loose_lanes##N *)from);                                                   \
            }                                                                                                          \
            _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                                           \
                lanes##N values = VALUES(row, r) - (lanes##N){0};                                                      \
                _Pragma("clang loop unroll(full)") for (int c = 0; c < C; c++) {                                       \
                    sums[r][c] = DOT(sums[r][c], columns[c], values);                                                  \
                }                                                                                                      \
            }                                                                                                          \
            row += group_bytes;                                                                                        \
            column += group_bytes;                                                                                     \
        }                                                                                                              \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < C; c++) {                                               \
            loose_float##N scales = *(const loose_float##N *)(o.column_scales + c * N);                                \
            _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                                           \
                loose_float##N products = __builtin_convertvector(sums[r][c], loose_float##N);                         \
                float *to = o.values + (first + r) * o.stride + c * N;                                                 \
                *(loose_float##N *)to = products * (o.row_scales[first + r] * scales);                                 \
            }                                                                                                          \
        }                                                                                                              \
    }

#define LOADED(row, r) ((const loose_int *)(row))[r]
// Of four rows that are loaded at once.
#define LANE(row, r) (*(const loose_lanes4 *)(row))[r]
#define ZERO(sum) 0
#define AS_THEY_ARE(columns) (columns)

/// Each lane's four bytes are widened, the lowest last.
INLINED lanes4 plain_dot(lanes4 sums, lanes4 columns, lanes4 values) {
    for (int shift = 0; shift < 32; shift += 8) {
        lanes4 column = (lanes4)((unsigned_lanes4)columns << shift) >> 24;
        lanes4 value = (lanes4)((unsigned_lanes4)values << shift) >> 24;
        sums = (lanes4)((unsigned_lanes4)sums + (unsigned_lanes4)(column * value));
    }
    return sums;
}

BLOCK(plain_block, , 4, 4, 4, ZERO, AS_THEY_ARE, LANE, plain_dot)

static void plain_strips(const strips *operands) {
    for (size_t first = 0; first < strip; first += 4) plain_block(operands, first);
}

#if defined(__x86_64__)
// One operand of vpdpbusd is unsigned. With its top bit turned round a column's value is that value plus 128, and the sum comes out too
// large by 128 times the sum of the row: so it begins with as much less. All of it wraps around, and only the result has to fit; from
// d = 66,312 on what is added up need not.
#define LESS_SHIFT(sum) (int32_t)(-128u * (sum))
#define SHIFTED(columns) ((columns) ^ (int32_t)0x80808080)
#define DOT512(sums, columns, values)                                                                                  \
    (lanes16) _mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(columns), (__m512i)(values))
#define DOT256(sums, columns, values)                                                                                  \
    (lanes8) _mm256_dpbusd_avx_epi32((__m256i)(sums), (__m256i)(columns), (__m256i)(values))
#define AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define AVX_VNNI __attribute__((target("avx2,avxvnni")))

// 24 sums, three vectors of columns, their constant and a row's value: 29 of 32 registers.
BLOCK(avx512_vnni_block1, AVX512_VNNI, 16, 8, 1, LESS_SHIFT, SHIFTED, LOADED, DOT512)
BLOCK(avx512_vnni_block2, AVX512_VNNI, 16, 8, 2, LESS_SHIFT, SHIFTED, LOADED, DOT512)
BLOCK(avx512_vnni_block3, AVX512_VNNI, 16, 8, 3, LESS_SHIFT, SHIFTED, LOADED, DOT512)
// 15 of 16 registers.
BLOCK(avx_vnni_block4, AVX_VNNI, 8, 4, 2, LESS_SHIFT, SHIFTED, LOADED, DOT256)
BLOCK(avx_vnni_block6, AVX_VNNI, 8, 6, 2, LESS_SHIFT, SHIFTED, LOADED, DOT256)

#define AVX512_VNNI_STRIPS(count)                                                                                      \
    AVX512_VNNI static void avx512_vnni_strips##count(const strips *operands) {                                        \
        avx512_vnni_block##count(operands, 0);                                                                         \
        avx512_vnni_block##count(operands, 8);                                                                         \
    }

AVX512_VNNI_STRIPS(1)
AVX512_VNNI_STRIPS(2)
AVX512_VNNI_STRIPS(3)

AVX_VNNI static void avx_vnni_strips(const strips *operands) {
    avx_vnni_block6(operands, 0);
    avx_vnni_block6(operands, 6);
    avx_vnni_block4(operands, 12);
}
#elif defined(__aarch64__)
#define NEON_DOT __attribute__((target("dotprod")))

NEON_DOT INLINED lanes4 neon_dot(lanes4 sums, lanes4 columns, lanes4 values) {
    return (lanes4)vdotq_s32((int32x4_t)sums, (int8x16_t)columns, (int8x16_t)values);
}

// 16 sums, four vectors of columns and one of rows, of which a lane is an operand.
BLOCK(neon_block, NEON_DOT, 4, 4, 4, ZERO, AS_THEY_ARE, LANE, neon_dot)

NEON_DOT static void neon_strips(const strips *operands) {
    for (size_t first = 0; first < strip; first += 4) neon_block(operands, first);
}
#endif

enum { most_strips = 3 };

typedef struct {
    /// How many strips of columns are taken at a time, and what takes so many or fewer of them.
    size_t strips;
    strips_function *functions[most_strips];
} form_kind;

static form_kind kind_of(ck_integer_form form) {
    switch (form) {
#if defined(__x86_64__)
    case ck_integers_avx512_vnni:
        return (form_kind){3, {avx512_vnni_strips1, avx512_vnni_strips2, avx512_vnni_strips3}};
    case ck_integers_avx_vnni: return (form_kind){1, {avx_vnni_strips}};
#elif defined(__aarch64__)
    case ck_integers_neon: return (form_kind){1, {neon_strips}};
#endif
    default: return (form_kind){1, {plain_strips}};
    }
}

int ck_has_integer_form(ck_integer_form form) {
    switch (form) {
    case ck_integers_plain: return 1;
#if defined(__x86_64__)
    case ck_integers_avx512_vnni:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
    case ck_integers_avx_vnni: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avxvnni");
#elif defined(__aarch64__) && defined(__linux__)
    case ck_integers_neon: return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
    case ck_integers_neon: return 1;
#endif
    default: return 0;
    }
}

ck_integer_form ck_best_integer_form(void) {
    ck_integer_form form = ck_integers_avx512_vnni;
    while (!ck_has_integer_form(form)) form--;
    return form;
}

void ck_integer_products(
    ck_integer_form form, ck_packed_rows rows, ck_packed_rows columns, size_t depth, int upper_only, float *values,
    size_t stride) {
    form_kind kind = kind_of(form);
    size_t width = ck_packed_width(depth);
    // Strips of columns stay in the caches while those of all rows go by them.
    for (size_t c = 0; c < columns.count; c += kind.strips * strip) {
        size_t left = (columns.count - c + strip - 1) / strip, count = left < kind.strips ? left : kind.strips;
        for (size_t r = 0; r < rows.count; r += strip) {
            if (upper_only && r >= c + count * strip) break;
            strips operands = {
                .rows = rows.values + r * width,
                .columns = columns.values + c * width,
                .groups = width / group,
                .column_bytes = strip * width,
                .row_scales = rows.scales + r,
                .column_scales = columns.scales + c,
                .row_sums = rows.sums + r,
                .values = values + r * stride + c,
                .stride = stride,
            };
            kind.functions[count - 1](&operands);
        }
    }
}

size_t ck_packed_width(size_t depth) { return (depth + group - 1) / group * group; }

/// Packs features from `from` on of the first `count` rows of a strip, and zeros for those that are missing.
static void pack_singly(
    const int8_t *rows, size_t stride, size_t count, size_t from, size_t depth, int8_t *packed) {
    for (size_t j = from; j < ck_packed_width(depth); j++) {
        for (size_t r = 0; r < strip; r++) {
            int8_t value = r < count && j < depth ? rows[r * stride + j] : 0;
            packed[j / group * group_bytes + r * group + j % group] = value;
        }
    }
}

/// Packs the first `whole` features, a multiple of 16, of a full strip: four rows' groups are turned into four groups of four rows.
static void pack_whole(const int8_t *rows, size_t stride, size_t whole, int8_t *packed) {
    for (size_t j = 0; j < whole; j += 4 * group) {
        for (size_t r = 0; r < strip; r += 4) {
            const int8_t *from = rows + r * stride + j;
            lanes4 a = *(const loose_lanes4 *)from, b = *(const loose_lanes4 *)(from + stride);
            lanes4 c = *(const loose_lanes4 *)(from + 2 * stride), d = *(const loose_lanes4 *)(from + 3 * stride);
            lanes4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
            lanes4 ba = __builtin_shufflevector(a, b, 2, 6, 3, 7), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            int8_t *to = packed + j * strip + r * group;
            *(loose_lanes4 *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
            *(loose_lanes4 *)(to + group_bytes) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
            *(loose_lanes4 *)(to + 2 * group_bytes) = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
            *(loose_lanes4 *)(to + 3 * group_bytes) = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
        }
    }
}

/// The sum of a row's values, modulo 2³².
DISPATCHED static uint32_t sum_of(const int8_t *row, size_t depth) {
    uint32_t sum = 0;
    for (size_t j = 0; j < depth; j++) sum += (uint32_t)(int32_t)row[j];
    return sum;
}

void ck_pack_integers(
    const int8_t *rows, size_t stride, size_t count, size_t depth, int8_t *packed, uint32_t *sums) {
    size_t width = ck_packed_width(depth), whole = depth / (4 * group) * (4 * group);
    for (size_t first = 0; first < count; first += strip) {
        const int8_t *from = rows + first * stride;
        int8_t *to = packed + first * width;
        size_t present = count - first < strip ? count - first : strip, done = present == strip ? whole : 0;
        pack_whole(from, stride, done, to);
        pack_singly(from, stride, present, done, depth, to);
        for (size_t r = 0; r < strip; r++) sums[first + r] = r < present ? sum_of(from + r * stride, depth) : 0;
    }
}
