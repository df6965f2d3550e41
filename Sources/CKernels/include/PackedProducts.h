#pragma once
#include <stddef.h>

/// Products of the packed kernels of many layers, which lie interleaved in strips: of every entry the values of 32 layers, then the next
/// entry, and after all entries the next 32 layers.
///
/// The order in which a sum of products is added up depends on the number of entries alone: not on the instruction set, nor on how many
/// layers there are and where they stand. All instruction sets but the baseline of x86-64 fuse each product with its addition, and so
/// give the same bits.

/// Layers of a strip; missing ones are zero.
#define CK_STRIP 32

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

/// One side of a product: strips of `entries` x `CK_STRIP` values, of whose layers the first `layers` are in use.
typedef struct {
    const float *values;
    size_t layers;
} ck_interleaved;

/// sums[r * stride + c] += Σ_e rows[e, r]·columns[e, c] for every layer r and c that is in use, of others in the same strips too.
/// If `upper_only`, those with r > c may be left out.
void ck_add_packed_products(
    ck_instructions instructions, ck_interleaved rows, ck_interleaved columns, size_t entries, int upper_only,
    float *sums, size_t stride);

/// Interleaves one strip of layers of `entries` values each: those of layer l are at values + l·stride. The result, which is aligned to
/// 16 bytes, goes past the caches.
void ck_interleave(const float *values, size_t stride, size_t entries, float *strip);
