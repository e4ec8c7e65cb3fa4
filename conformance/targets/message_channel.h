// Messages over a stream socket: u32 length (native endian), then that many bytes. See
// sim/host/worker_protocol.h.
//
//   MessageChannel channel(fd);
//   channel.Send("Rloaded");
//   std::string message;
//   if (!channel.Receive(message)) return;   // the other side has gone
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cmapsim {

class MessageChannel {
 public:
  explicit MessageChannel(int fd) : fd_(fd) {}
  // Closes the descriptor.
  ~MessageChannel();
  MessageChannel(const MessageChannel&) = delete;
  MessageChannel& operator=(const MessageChannel&) = delete;

  // False where the other side has gone. No SIGPIPE.
  [[nodiscard]] bool Send(std::string_view message) const;
  // Waits for a whole message.
  [[nodiscard]] bool Receive(std::string& message) const;
  // Something to read, or the end, within this time; -1 waits for ever.
  [[nodiscard]] bool WaitReadable(int timeout_ms) const;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace cmapsim
