// Messages of bytes and descriptors over a SOCK_SEQPACKET socket.
//
//   SendMessage(socket, &header, sizeof header, "text", {fd});
//   Message message;
//   if (ReceiveMessage(socket, message)) ...   // message.As<Header>(), message.text<Header>(), message.descriptors
#pragma once

#include <cstring>
#include <string>
#include <vector>

namespace cmapsim {

struct Message {
  std::string bytes;
  std::vector<int> descriptors;  // close-on-exec; the receiver's to close

  template <typename Header>
  [[nodiscard]] Header As() const {
    Header header = {};
    std::memcpy(&header, bytes.data(), bytes.size() < sizeof header ? bytes.size() : sizeof header);
    return header;
  }
  // What follows the header.
  template <typename Header>
  [[nodiscard]] std::string TextAfter() const {
    return bytes.size() < sizeof(Header) ? std::string() : bytes.substr(sizeof(Header));
  }
};

// False where nobody is there any more, or with errno set.
bool SendMessage(int socket, const void* header, size_t size, const std::string& text = {},
                 const std::vector<int>& descriptors = {});

// Waits for one; false at the end, and with errno set.
bool ReceiveMessage(int socket, Message& message);

}  // namespace cmapsim
