#pragma once
// GNU extensions of the C library that Swift's Glibc module, which is built without _GNU_SOURCE, leaves out.
#include <spawn.h>
#include <sys/vfs.h>

int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
