#pragma once

/// Compiles a function three times on x86-64, for AVX-512, AVX2 and SSE2; the loader picks by the processor. Elsewhere, NEON on
/// arm64 included, the compiler's vectors are the machine's.
#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

/// For helpers that become part of each clone.
#define INLINED static inline __attribute__((always_inline))
