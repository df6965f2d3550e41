#ifndef CZEROMQ_SHIM_H
#define CZEROMQ_SHIM_H

// Not part of Swift's Glibc module.
#include <sys/eventfd.h>
#include <zmq.h>

// A sum of macros, which Swift does not import.
static inline int czmq_eterm(void) { return ETERM; }

#endif
