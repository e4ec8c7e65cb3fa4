#include "tools/commands/isolation/messages.h"

#include <sys/socket.h>

#include <cerrno>

namespace cmapsim {
namespace {

constexpr size_t kMaxBytes = 64 * 1024;
constexpr size_t kMaxDescriptors = 16;

}  // namespace

bool SendMessage(int socket, const void* header, size_t size, const std::string& text,
                 const std::vector<int>& descriptors) {
  iovec parts[2] = {{const_cast<void*>(header), size},
                    {const_cast<char*>(text.data()), std::min(text.size(), kMaxBytes - size)}};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  if (!descriptors.empty()) {
    const size_t bytes = descriptors.size() * sizeof(int);
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), bytes);
  }
  ssize_t sent = 0;
  while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  return sent >= 0;
}

bool ReceiveMessage(int socket, Message& received) {
  std::string bytes(kMaxBytes, '\0');
  iovec part = {bytes.data(), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t size = 0;
  while ((size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (size == 0) errno = 0;
  if (size <= 0) return false;
  bytes.resize(static_cast<size_t>(size));
  received.bytes = std::move(bytes);
  received.descriptors.clear();
  for (cmsghdr* part_of = CMSG_FIRSTHDR(&message); part_of != nullptr;
       part_of = CMSG_NXTHDR(&message, part_of)) {
    if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part_of->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    received.descriptors.resize(count);
    std::memcpy(received.descriptors.data(), CMSG_DATA(part_of), count * sizeof(int));
  }
  return true;
}

}  // namespace cmapsim
