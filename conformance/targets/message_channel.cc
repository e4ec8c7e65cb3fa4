#include "conformance/targets/message_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace cmapsim {
namespace {

bool SendAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

bool ReceiveAll(int fd, char* data, size_t size) {
  while (size > 0) {
    const ssize_t got = recv(fd, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

}  // namespace

MessageChannel::~MessageChannel() { close(fd_); }

bool MessageChannel::Send(std::string_view message) const {
  const auto length = static_cast<uint32_t>(message.size());
  std::string framed(reinterpret_cast<const char*>(&length), sizeof length);
  framed += message;
  return SendAll(fd_, framed.data(), framed.size());
}

bool MessageChannel::Receive(std::string& message) const {
  uint32_t length = 0;
  if (!ReceiveAll(fd_, reinterpret_cast<char*>(&length), sizeof length)) return false;
  message.resize(length);
  return ReceiveAll(fd_, message.data(), length);
}

bool MessageChannel::WaitReadable(int timeout_ms) const {
  pollfd state = {fd_, POLLIN, 0};
  int ready = 0;
  while ((ready = poll(&state, 1, timeout_ms)) < 0 && errno == EINTR) {
  }
  return ready != 0;
}

}  // namespace cmapsim
