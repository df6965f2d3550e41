#pragma once
#include <stddef.h>
#include <stdint.h>

/// Products of rows of 8-bit integers, each row with a scale of its own: exact, and four times as many in the same time as of float32.
///
/// Rows lie interleaved in strips of 16: of every four features the values of 16 rows, then the next four features, and after all
/// features the next 16 rows. Both sides of a product are laid out so, and a side may be multiplied by itself.
///
/// The sum of a product is an exact integer, whatever it is computed with, so all forms give the same bits.

/// Rows of a strip; missing ones are zero.
#define CK_INTEGER_STRIP 16

/// The most features: 127² of each are below 2³¹ together.
#define CK_MOST_INTEGERS 133144

/// What products are computed with, in the order of preference.
typedef enum {
    /// Whatever the compiler makes of it: right everywhere, and slower than float32.
    ck_integers_plain,
    /// The dot product of arm64, `sdot`.
    ck_integers_neon,
    /// `vpdpbusd` of 256 bits (AVX-VNNI).
    ck_integers_avx_vnni,
    /// `vpdpbusd` of 512 bits (AVX-512 VNNI).
    ck_integers_avx512_vnni,
} ck_integer_form;

/// The preferred one of the forms that this machine has.
ck_integer_form ck_best_integer_form(void);

/// Whether this machine has `form`.
int ck_has_integer_form(ck_integer_form form);

/// The bytes of a packed row of `depth` features: four for every four of them that are begun. The strip that row number `first` begins, a
/// multiple of 16, lies `first` times as many bytes after the first strip.
size_t ck_packed_width(size_t depth);

/// Packs `count` rows of `depth` values in [-127, 127], `stride` apart, into the strips that they begin: a whole side at once, or some
/// strips of it.
///
/// packed: room for whole strips; products are fastest where it is aligned to 64 bytes. sums: of each row the sum of its values,
/// modulo 2³²; room for whole strips as well.
void ck_pack_integers(
    const int8_t *rows, size_t stride, size_t count, size_t depth, int8_t *packed, uint32_t *sums);

/// Packed rows q_i, from the first one of a strip on.
typedef struct {
    const int8_t *values;
    /// The scale s_i and the sum of each row; those that fill up the last strip have them too, and a finite scale.
    const float *scales;
    const uint32_t *sums;
    /// How many are in use.
    size_t count;
} ck_packed_rows;

/// values[r · stride + c] = (float)⟨q_r, q_c⟩ · (s_r · s_c) for every row r of `rows` and c of `columns`, d = `depth` features wide.
///
/// These are three float32 roundings in this order, so that r and c may be exchanged. They change the value by less than
/// 2⁻²²|s_r q_r||s_c q_c|, and by less than d · 2⁻¹³⁵ more where it or s_r · s_c is too small for a normal float32 number.
///
/// There is room for whole strips both ways, and what lies beyond the rows and columns in use is written as well. If `upper_only`, values
/// with r > c may be left out. This machine has `form`, and d ≤ `CK_MOST_INTEGERS`.
void ck_integer_products(
    ck_integer_form form, ck_packed_rows rows, ck_packed_rows columns, size_t depth, int upper_only, float *values,
    size_t stride);
