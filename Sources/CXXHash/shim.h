#pragma once
#include <xxhash.h>

// On x86-64 the library's ordinary functions are compiled for the least of processors; those that look for the best of the machine's
// instructions are there as well where it was built with them. The digests are the same.
XXH128_hash_t XXH3_128bits_dispatch(const void *input, size_t length) __attribute__((weak));
XXH_errorcode XXH3_128bits_update_dispatch(XXH3_state_t *state, const void *input, size_t length) __attribute__((weak));

static inline XXH128_hash_t fastest_XXH3_128bits(const void *input, size_t length) {
    return XXH3_128bits_dispatch ? XXH3_128bits_dispatch(input, length) : XXH3_128bits(input, length);
}

static inline XXH_errorcode fastest_XXH3_128bits_update(XXH3_state_t *state, const void *input, size_t length) {
    return XXH3_128bits_update_dispatch ? XXH3_128bits_update_dispatch(state, input, length)
                                        : XXH3_128bits_update(state, input, length);
}
