#ifndef CZEROMQ_SHIM_H
#define CZEROMQ_SHIM_H

// Not part of Swift's Glibc module.
#include <sys/eventfd.h>
#include <zmq.h>

// A sum of macros, which Swift does not import.
static inline int czmq_eterm(void) { return ETERM; }

// Without it a server lets everybody in while there is no ZAP handler. Every libzmq since 4.3 has the option, and its stable header
// does not name it.
static inline int czmq_zap_enforce_domain(void) { return 93; }

#endif
