#include "sim/host/virtual_file.h"

#include <fcntl.h>

#include "sim/host/descriptors.h"

namespace cmapsim {

ssize_t VirtualFile::Read(ClientThread&, char*, size_t, int) { return -EINVAL; }
ssize_t VirtualFile::Write(std::string_view) { return -EINVAL; }
int VirtualFile::AccessMode() const { return O_RDWR; }
int VirtualFile::Shutdown(int) { return -ENOTSOCK; }

void VirtualFile::Wake(int conditions) {
  if (descriptors_ != nullptr) descriptors_->Wake(*self_, conditions);
}

}  // namespace cmapsim
