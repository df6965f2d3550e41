#include "ArcOverlaps.h"
#include "Dispatch.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef uint64_t word2 __attribute__((vector_size(16), may_alias));
typedef uint64_t word4 __attribute__((vector_size(32), may_alias));
typedef uint64_t word8 __attribute__((vector_size(64), may_alias));

/// Levels of adders: more than counts of 32 bits have.
enum { levels = 36 };

// A full adder: leaves the sum in `sum` and the carry in `carry`, which may be one of the operands.
#define ADD(sum, a, b, carry)                                                                                          \
    do {                                                                                                               \
        __typeof__(sum) first_ = (a), second_ = (b), before_ = (sum), differ_ = before_ ^ first_;                      \
        (sum) = differ_ ^ second_;                                                                                     \
        (carry) = (before_ & first_) | (differ_ & second_);                                                            \
    } while (0)

// The same by one operation each.
#define TERNARY_ADD(sum, a, b, carry)                                                                                  \
    do {                                                                                                               \
        __m512i first_ = (__m512i)(a), second_ = (__m512i)(b), before_ = (__m512i)(sum);                               \
        (sum) = (word8)_mm512_ternarylogic_epi64(before_, first_, second_, 0x96);                                      \
        (carry) = (word8)_mm512_ternarylogic_epi64(before_, first_, second_, 0xE8);                                    \
    } while (0)

/// The places of all masks that one row layer looks up: entry t of sample s at places[8t + s].
INLINED void look_up(const ck_arc_samples *samples, size_t layer, size_t k, int32_t *places) {
    for (int s = 0; s < CK_ARC_SAMPLES; s++) {
        const int32_t *list = samples->lists[s] + layer * samples->stride, *offsets = samples->offsets[s];
        for (size_t t = 0; t < k; t++) places[t * CK_ARC_SAMPLES + s] = offsets[list[t]];
    }
}

typedef void common_function(
    const ck_arc_samples *samples, size_t layers, size_t k, size_t columns, uint64_t *planes, size_t plane_count);

// The eight samples' masks of one entry go through seven adders, which leave a carry worth eight. Carries of one worth are taken in two
// at a time: one waits for the other, so that which levels have one waiting after t entries are the bits of t.
#define COMMON(name, attributes, vector, CARRY_SAVE)                                                                   \
    attributes static void name(                                                                                       \
        const ck_arc_samples *samples, size_t layers, size_t k, size_t columns, uint64_t *planes,                      \
        size_t plane_count) {                                                                                          \
        enum { words = sizeof(vector) / sizeof(uint64_t), stride = CK_MASK_WORDS / words };                            \
        int32_t places[CK_MOST_ENTRIES * CK_ARC_SAMPLES];                                                              \
        vector waiting[levels];                                                                                        \
        size_t pieces = (columns + 64 * words - 1) / (64 * words);                                                     \
        for (size_t l = 0; l < layers; l++) {                                                                          \
            look_up(samples, l, k, places);                                                                            \
            for (size_t piece = 0; piece < pieces; piece++) {                                                          \
                vector *plane = (vector *)(planes + l * plane_count * CK_MASK_WORDS) + piece;                          \
                const char *masks = (const char *)((const vector *)samples->masks + piece);                            \
                vector ones = plane[0], twos = plane[stride], fours = plane[2 * stride];                               \
                for (size_t t = 0; t < k; t++) {                                                                       \
                    const int32_t *place = places + t * CK_ARC_SAMPLES;                                                \
                    vector a, b, c, d;                                                                                 \
                    CARRY_SAVE(ones, MASK(vector, 0), MASK(vector, 1), a);                                             \
                    CARRY_SAVE(ones, MASK(vector, 2), MASK(vector, 3), b);                                             \
                    CARRY_SAVE(ones, MASK(vector, 4), MASK(vector, 5), c);                                             \
                    CARRY_SAVE(ones, MASK(vector, 6), MASK(vector, 7), d);                                             \
                    CARRY_SAVE(twos, a, b, a);                                                                         \
                    CARRY_SAVE(twos, c, d, c);                                                                         \
                    CARRY_SAVE(fours, a, c, a);                                                                        \
                    size_t level = 3;                                                                                  \
                    for (size_t before = t; before & 1; before >>= 1, level++) {                                       \
                        CARRY_SAVE(plane[level * stride], waiting[level], a, a);                                       \
                    }                                                                                                  \
                    waiting[level] = a;                                                                                \
                }                                                                                                      \
                plane[0] = ones;                                                                                       \
                plane[stride] = twos;                                                                                  \
                plane[2 * stride] = fours;                                                                             \
                vector carry = {0};                                                                                    \
                size_t level = 3;                                                                                      \
                for (size_t done = k; done; done >>= 1, level++) {                                                     \
                    vector other = done & 1 ? waiting[level] : (vector){0};                                            \
                    CARRY_SAVE(plane[level * stride], other, carry, carry);                                            \
                }                                                                                                      \
                for (; level < plane_count; level++) {                                                                 \
                    vector before = plane[level * stride];                                                             \
                    plane[level * stride] = before ^ carry;                                                            \
                    carry &= before;                                                                                   \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

#define MASK(vector, s) (*(const vector *)(masks + place[s]))

#if defined(__x86_64__)
COMMON(common_baseline, , word2, ADD)
COMMON(common_avx2, __attribute__((target("avx2"))), word4, ADD)
COMMON(common_avx512, __attribute__((target("avx512f"))), word8, TERNARY_ADD)
static common_function *const common_kinds[] = {common_baseline, common_avx2, common_avx512};
#else
COMMON(common_baseline, , word2, ADD)
static common_function *const common_kinds[] = {common_baseline, common_baseline, common_baseline};
#endif

void ck_add_common(
    ck_instructions instructions, const ck_arc_samples *samples, size_t layers, size_t k, size_t columns,
    uint64_t *planes, size_t plane_count) {
    common_kinds[instructions](samples, layers, k, columns, planes, plane_count);
}

// Exchanges bits of eight vectors, of which number p holds bit p of 512 numbers, so that each holds bytes: byte b of word w of vector q is
// the number of lane 64w + 8b + q.
INLINED void exchange(word8 *planes, int distance, uint64_t mask) {
    for (int p = 0; p < 8; p++) {
        if (p & distance) continue;
        word8 moved = ((planes[p] >> distance) ^ planes[p + distance]) & mask;
        planes[p + distance] ^= moved;
        planes[p] ^= moved << distance;
    }
}

INLINED void interleave(word8 *planes) {
    exchange(planes, 4, 0x0f0f0f0f0f0f0f0f);
    exchange(planes, 2, 0x3333333333333333);
    exchange(planes, 1, 0x5555555555555555);
}

INLINED void add_weights(
    const ck_arc_samples *samples, size_t layers, size_t k, const uint64_t *weights, uint64_t *sums) {
    int32_t places[CK_MOST_ENTRIES * CK_ARC_SAMPLES];
    word8 common[CK_ARC_SAMPLES][8];
    for (size_t l = 0; l < layers; l++) {
        look_up(samples, l, k, places);
        for (int s = 0; s < CK_ARC_SAMPLES; s++) {
            word8 planes[8] = {{0}};
            for (size_t t = 0; t < k; t++) {
                word8 carry = *(const word8 *)((const char *)samples->masks + places[t * CK_ARC_SAMPLES + s]);
                // As many planes as t + 1 has bits.
                int plane = 0;
                for (size_t most = t + 1; most; most >>= 1, plane++) {
                    word8 before = planes[plane];
                    planes[plane] = before ^ carry;
                    carry &= before;
                }
            }
            interleave(planes);
            for (int p = 0; p < 8; p++) common[s][p] = planes[p];
        }
        uint64_t *sum = sums + l * CK_MASK_LAYERS;
        const uint8_t *counts = (const uint8_t *)common;
        for (size_t c = 0; c < CK_MASK_LAYERS; c++) {
            uint64_t total = 0;
            for (int s = 0; s < CK_ARC_SAMPLES; s++) total += weights[counts[s * CK_MASK_LAYERS + c]];
            sum[c] += total;
        }
    }
}

typedef void weights_function(
    const ck_arc_samples *samples, size_t layers, size_t k, const uint64_t *weights, uint64_t *sums);

#define WEIGHTS(name, attributes)                                                                                      \
    attributes static void name(                                                                                       \
        const ck_arc_samples *samples, size_t layers, size_t k, const uint64_t *weights, uint64_t *sums) {             \
        add_weights(samples, layers, k, weights, sums);                                                                \
    }

WEIGHTS(weights_baseline, )
#if defined(__x86_64__)
WEIGHTS(weights_avx2, __attribute__((target("avx2"))))
WEIGHTS(weights_avx512, __attribute__((target("avx512f"))))
static weights_function *const weights_kinds[] = {weights_baseline, weights_avx2, weights_avx512};
#else
static weights_function *const weights_kinds[] = {weights_baseline, weights_baseline, weights_baseline};
#endif

void ck_add_weights(
    ck_instructions instructions, const ck_arc_samples *samples, size_t layers, size_t k, const uint64_t *weights,
    uint64_t *sums) {
    weights_kinds[instructions](samples, layers, k, weights, sums);
}

DISPATCHED void ck_plane_counts(const uint64_t *planes, size_t plane_count, uint32_t *counts) {
    for (size_t c = 0; c < CK_MASK_LAYERS; c++) counts[c] = 0;
    for (size_t first = 0; first < plane_count; first += 8) {
        word8 bytes[8] = {{0}};
        for (size_t p = 0; p < 8 && first + p < plane_count; p++) {
            bytes[p] = *(const word8 *)(planes + (first + p) * CK_MASK_WORDS);
        }
        interleave(bytes);
        for (size_t c = 0; c < CK_MASK_LAYERS; c++) {
            counts[c] |= (uint32_t)((const uint8_t *)bytes)[ck_mask_place(c)] << first;
        }
    }
}
