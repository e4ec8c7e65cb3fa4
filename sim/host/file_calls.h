// Files in /dev/shm and their mappings on the virtual host. Every function returns its call's
// result, or -errno.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace cmapsim {

class VirtualHost;

// Paths that belong to the virtual host, whatever the real one has there: what libqb keeps in
// /dev/shm, and the file that would make it use sockets in the file system.
[[nodiscard]] bool IsVirtualPath(std::string_view path);

int OpenFile(VirtualHost& host, std::string_view path, int flags);
// 0 and the size, or -ENOENT.
int FindFileSize(VirtualHost& host, std::string_view path, size_t& size);
int UnlinkFile(VirtualHost& host, std::string_view path);
int RemoveFolder(VirtualHost& host, std::string_view path);
int ResizeFile(VirtualHost& host, int fd, off_t size);
// An address, or -errno.
ssize_t MapMemory(VirtualHost& host, void* address, size_t size, int protection, int flags, int fd,
                  off_t offset);
int UnmapMemory(VirtualHost& host, void* address, size_t size);

}  // namespace cmapsim
