#pragma once
#include <stddef.h>

/// Products of the packed kernels of many layers, which lie interleaved: of every entry first all layers' values, then the next entry.
///
/// The order in which a sum of products is added up depends on the number of entries alone: not on the instruction set, nor on how many
/// layers there are and where they stand. All instruction sets but the baseline of x86-64 fuse each product with its addition, and so
/// give the same bits.

/// Layers in interleaved operands come in multiples of this many; missing ones are zero.
#define CK_LAYER_STEP 32

/// Entries whose products are added up by themselves, before the sum is added to what came before.
#define CK_ENTRY_BLOCK 128

/// Instruction sets, in the order of their speed.
typedef enum {
    ck_instructions_baseline,
    ck_instructions_avx2,
    ck_instructions_avx512,
} ck_instructions;

/// The fastest set that this machine has.
ck_instructions ck_best_instructions(void);

/// One side of a product: `entries` x `width` values, of which the first `layers` of each entry are in use. `width` is a multiple of
/// `CK_LAYER_STEP` and at least `layers`.
typedef struct {
    const float *values;
    size_t width;
    size_t layers;
} ck_interleaved;

/// sums[r * columns.width + c] += Σ_e rows[e, r]·columns[e, c] for every layer r and c that is in use; of others it may change too.
/// If `upper_only`, those with r > c may be left out.
void ck_add_packed_products(
    ck_instructions instructions, ck_interleaved rows, ck_interleaved columns, size_t entries, int upper_only,
    float *sums);

/// Interleaves `width` layers, a multiple of 4, of `entries` values each: those of layer l are at values + l·stride. The result, which
/// is aligned to 16 bytes, goes past the caches.
void ck_interleave(const float *values, size_t stride, size_t width, size_t entries, float *interleaved);
