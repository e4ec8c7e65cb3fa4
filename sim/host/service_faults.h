// What the faults of a plan make of one message of the service: service.reply.* and service.event.*
// where they change the bytes, or how often they are sent.
//
//   const int copies = BreakReply(host, request, bytes);     // 0 = dropped, 2 = duplicated
//   for (int i = 0; i < copies; ++i) Send(bytes);
//
// Every fault is asked once for the occurrence and writes its line into the trace where it strikes.
// They come one after the other, in the order of the fault table: what a message says of itself is
// changed first, then how much of it there is, then all of it. Garbage is drawn from the plan's seed
// and the occurrence alone, so that taking another fault out of a plan leaves it as it was.
#pragma once

#include <cstdint>
#include <string>

namespace cmapsim {

class VirtualHost;

// How often the message is to be sent. A length is changed only where the reply holds a value.
[[nodiscard]] int BreakReply(VirtualHost& host, int64_t request, std::string& bytes);
[[nodiscard]] int BreakEvent(VirtualHost& host, int64_t event, std::string& bytes);

}  // namespace cmapsim
