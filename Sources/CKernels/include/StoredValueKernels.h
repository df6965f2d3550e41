#pragma once
#include <stddef.h>
#include <stdint.h>

/// Bit patterns of stored values, looked at once at the speed of memory.

/// The largest magnitude's bit pattern among `count` values of 16, 32 or 64 bits: zero where all are zero, an exponent of ones where one
/// is not finite.
uint16_t ck_largest_magnitude16(const uint16_t *values, size_t count);
uint32_t ck_largest_magnitude32(const uint32_t *values, size_t count);
uint64_t ck_largest_magnitude64(const uint64_t *values, size_t count);

/// Adds each of `count` values whose magnitude's pattern, less its last `shift` bits, begins with `prefix` to the bin of the 16 bits behind
/// that: `bins` holds four histograms of 1 << 16 bins, one after the other, to be added up, so that equal values in a row do not wait for
/// one another.
void ck_count_patterns16(const uint16_t *values, size_t count, uint64_t *bins);
void ck_count_patterns32(const uint32_t *values, size_t count, uint32_t shift, uint64_t prefix, uint64_t *bins);
void ck_count_patterns64(const uint64_t *values, size_t count, uint32_t shift, uint64_t prefix, uint64_t *bins);
