#include "sim/host/file_calls.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

constexpr unsigned kRingFiles = 0x3f;  // headers and data

unsigned Bit(int kind) { return 1U << kind; }

ssize_t Address(void* p) { return static_cast<ssize_t>(reinterpret_cast<uintptr_t>(p)); }

// A real mapping, remembered so that the run's end gives it back.
ssize_t MapReal(VirtualHost& host, void* address, size_t size, int protection, int flags, int fd,
                size_t offset) {
  void* p = Real().mmap(address, size, protection, flags, fd, static_cast<off_t>(offset));
  if (p == MAP_FAILED) return -errno;
  if ((flags & MAP_FIXED) == 0) host.client_mappings().push_back({static_cast<char*>(p), size});
  return Address(p);
}

// libqb reserves address space for both copies of a ring's data before it maps them: the
// reservation is answered with the place where they are mapped already.
ssize_t Reserve(VirtualHost& host, size_t size) {
  VirtualService& service = host.service();
  for (int i = service.connection_count() - 1; i >= 0; --i) {
    VirtualConnection& c = service.connection(i);
    if (c.block == nullptr || size != 2 * c.block->data_size()) continue;
    if (c.opener != host.tasks().current().number) continue;
    for (int ring = 0; ring < kRingCount; ++ring) {
      const int kind = static_cast<int>(FileKind::kData) + ring;
      if ((c.open & Bit(kind)) != 0 && (c.mapped & Bit(kind)) == 0)
        return Address(c.block->client.data(ring));
    }
  }
  return 0;
}

ssize_t MapFile(VirtualHost& host, VirtualConnection& c, int kind, char* address, size_t size,
                int protection, int flags, size_t offset) {
  if (kind == static_cast<int>(FileKind::kControl)) {
    c.mapped |= Bit(kind);
    return Address(c.control);
  }
  const int ring = kind % 3;
  const bool header = kind < 3;
  char* ours = header ? c.block->client.header(ring) : c.block->client.data(ring);
  const size_t most = header ? kRingHeaderMapping : c.block->data_size();
  const bool follows = offset == 0 && size <= most;
  const bool second_copy = !header && address == ours + c.block->data_size();
  if (follows && (flags & MAP_FIXED) != 0 && (address == ours || second_copy)) {
    c.mapped |= Bit(kind);
    return Address(address);
  }
  if (follows && (flags & MAP_FIXED) == 0 && (c.mapped & Bit(kind)) == 0) {
    c.mapped |= Bit(kind);
    return Address(ours);
  }
  const size_t begin = header ? c.block->header_offset(ring) : c.block->data_offset(ring);
  return MapReal(host, address, size, protection, flags, c.block->memfd(), begin + offset);
}

}  // namespace

int OpenFile(VirtualHost& host, int file, int flags) {
  const int fd = host.descriptors().Open(Descriptor::Kind::kFile);
  if (fd < 0) return -EMFILE;
  host.descriptors().Find(fd)->file = file;
  host.descriptors().SetCloseOnExec(fd, (flags & O_CLOEXEC) != 0);
  host.service().connection(file / 8).open |= Bit(file % 8);
  host.service().connection(file / 8).opener = host.tasks().current().number;
  return fd;
}

int ResizeFile(VirtualHost& host, int fd, off_t size, bool grows) {
  const Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (d->object != nullptr && d->object->AsPath() != nullptr) {
    return d->object->AsPath()->only_path() ? -EBADF : -EINVAL;
  }
  if (d->kind != Descriptor::Kind::kFile || size < 0) return -EINVAL;
  // The service made it as large as it has to be.
  if (!grows) host.service().TruncateFile(d->file, size);
  return 0;
}

ssize_t MapMemory(VirtualHost& host, void* address, size_t size, int protection, int flags, int fd,
                  off_t offset) {
  if (fd < 0) {
    if (protection == PROT_NONE && address == nullptr) {
      if (const ssize_t reserved = Reserve(host, size)) return reserved;
    }
    return MapReal(host, address, size, protection, flags, -1, 0);
  }
  if (!host.descriptors().IsVirtual(fd))
    return MapReal(host, address, size, protection, flags, fd, static_cast<size_t>(offset));
  const Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
  if (path != nullptr && path->only_path()) return -EBADF;
  if (d->kind != Descriptor::Kind::kFile) return -ENODEV;
  return MapFile(host, host.service().connection(d->file / 8), d->file % 8,
                 static_cast<char*>(address), size, protection, flags, static_cast<size_t>(offset));
}

int UnmapMemory(VirtualHost& host, void* address, size_t size) {
  char* p = static_cast<char*>(address);
  VirtualService& service = host.service();
  for (int i = 0; i < service.connection_count(); ++i) {
    VirtualConnection& c = service.connection(i);
    if (c.control != nullptr && address == c.control) {
      c.mapped &= ~Bit(static_cast<int>(FileKind::kControl));
      return 0;
    }
    if (c.block == nullptr || p < c.block->client.header(0) ||
        p >= c.block->client.header(0) + c.block->client.size())
      continue;
    for (int ring = 0; ring < kRingCount; ++ring) {
      if (p == c.block->client.header(ring)) c.mapped &= ~Bit(ring);
      if (p == c.block->client.data(ring) && size >= c.block->data_size())
        c.mapped &= ~Bit(3 + ring);
    }
    if ((c.mapped & kRingFiles) == 0) host.ProtectLater(c.block);
    return 0;
  }
  auto& mappings = host.client_mappings();
  const auto at =
      std::find_if(mappings.begin(), mappings.end(), [p](const auto& m) { return m.begin == p; });
  if (at != mappings.end() && size >= at->size) mappings.erase(at);
  return Real().munmap(address, size) == 0 ? 0 : -errno;
}

}  // namespace cmapsim
