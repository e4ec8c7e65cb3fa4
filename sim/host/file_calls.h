// Files in /dev/shm and their mappings on the virtual host. Every function returns its call's
// result, or -errno.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace cmapsim {

class VirtualHost;

// One of the service's files, as VirtualService::FindFile has it. For what else a path can be, see
// folder_tree.h.
int OpenFile(VirtualHost& host, int file, int flags);
// `grows`: as posix_fallocate, which never makes a file shorter.
int ResizeFile(VirtualHost& host, int fd, off_t size, bool grows);
// An address, or -errno.
ssize_t MapMemory(VirtualHost& host, void* address, size_t size, int protection, int flags, int fd,
                  off_t offset);
int UnmapMemory(VirtualHost& host, void* address, size_t size);

}  // namespace cmapsim
