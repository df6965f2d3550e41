#pragma once
// GNU extensions of the C library that Swift's Glibc module, which is built without _GNU_SOURCE, leaves out.
#include <malloc.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/vfs.h>

int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/// Names the calling thread for the system's tools, in at most 15 bytes. (Foundation's Thread.name is lost where the thread begins to
/// run before its starter has taken note of it.)
static inline void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

/// What a release was built from, in one line: scripts/release links it in. NULL in other builds.
extern const char platonic_release[] __attribute__((weak));
static inline const char *clinux_release(void) { return platonic_release; }
