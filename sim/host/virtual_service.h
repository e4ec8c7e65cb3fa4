// The service's process on the virtual host: it accepts connections, reads requests from both
// transports, lets the CMAP state machine (sim/cmap) answer them, and can die, stop, go on and come
// back.
//
// It does what libqb 2.0.6's server and corosync 3.1.7's glue do, as far as a client can tell:
// notifications of a change are sent before the reply to the request that made it; what does not
// fit into a full ring or socket waits in a queue of its own and follows when there is room; a
// client that writes nonsense is disconnected. Where the plan has faults of the service it does what
// they say instead (service_faults.h).
//
//   VirtualService service(host);
//   service.Begin(keys);
//   const int connection = service.Connect(fd);   // what the client's calls cause
//   service.OnStreamBytes(connection, bytes);     // happens when the host lets things happen
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/cmap/service.h"
#include "sim/core/fault.h"
#include "sim/core/plan.h"
#include "sim/core/scheduler.h"
#include "sim/host/ring_pool.h"
#include "sim/wire/messages.h"
#include "sim/wire/ring.h"

namespace cmapsim {

class VirtualHost;

// What a virtual file is: a ring's header or data, or the socket transport's control file.
enum class FileKind : int { kHeader = 0, kData = 3, kControl = 6 };  // + ring
inline constexpr int kFileKinds = 7;

// Connections of one run, and the memory for the control file of each.
inline constexpr size_t kServiceConnections = 256;
inline constexpr size_t kControlPage = 4096;
// Datagrams that a unix socket holds before its sender has to wait: net.unix.max_dgram_qlen + 1 (10
// by default, Linux).
inline constexpr size_t kDatagramQueue = 11;

// One client's connection, as the service's process has it.
struct VirtualConnection {
  enum class Stage : uint8_t { kAuthenticating, kEstablished, kGone };

  Stage stage = Stage::kAuthenticating;
  int client_fd = -1;    // the client's end of the stream; -1 once it closed it
  std::string received;  // stream bytes before the connection is established
  size_t wakeups = 0;    // stream bytes after that: each tells of a request
  bool shm = true;
  uint32_t max_message = 0;
  std::string base;        // "/dev/shm/qb-PID-PID-FD-NNNNNN/qb"
  bool folder = false;     // exists: of `base`
  unsigned files = 0;      // FileKind bits: exists
  unsigned truncated = 0;  // FileKind bits: the client cut it short
  int damaged = 0;      // how often the client removed or cut what was still the living service's
  unsigned open = 0;    // FileKind bits: the client has it open
  unsigned mapped = 0;  // FileKind bits: the client has it mapped
  int opener = 0;       // the task that opened a file last
  RingBlock* block = nullptr;
  std::array<wire::Ring, kRingCount> rings;
  int32_t* control = nullptr;  // socket: three times {sent, flow control}
  int response_fd = -1;        // socket: the client's bound sockets
  int event_fd = -1;
  std::deque<std::string> requests;  // socket: not yet read
  std::deque<std::string> queued;    // events that found no room
  size_t unsent_wakeups = 0;  // shm: events in the ring whose byte found no room in the stream
  int64_t accept = 0;         // which occurrence of accept this is, from 1; 0: not asked for yet
  int64_t request = 0;        // which request waits to be carried out by a stopped service; 0: none
  struct Delayed {
    Nanos due_ns;
    std::string bytes;
  };
  std::deque<Delayed> delayed_events;
  std::deque<Delayed> delayed_replies;
  std::vector<std::string> reordered_events;  // each waits for one to be sent before it

  [[nodiscard]] std::string_view Folder() const {
    return std::string_view(base).substr(0, base.rfind('/'));
  }
  [[nodiscard]] bool Has(unsigned bits, FileKind kind, int ring) const {
    return (bits >> (static_cast<int>(kind) + ring) & 1) != 0;
  }
};

class VirtualService {
 public:
  explicit VirtualService(VirtualHost& host);
  ~VirtualService();

  void Begin(const KeyTable& keys);
  void EndRun();

  [[nodiscard]] bool alive() const { return alive_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] int pid() const { return pid_; }
  void Kill();
  void Stop();
  void Continue();
  void Start();
  // As the fault process.pause has it: not where that process is no more.
  void ContinueProcess(int64_t pid) {
    if (pid == pid_) Continue();
  }

  // What the client's calls cause. Connections are indexes, from 0 in the order of connecting.
  [[nodiscard]] int Connect(int client_fd);  // or -ECONNREFUSED
  void OnStreamBytes(int connection, std::string_view bytes);
  void OnClientClosed(int connection);
  // 0 or an errno of writev.
  [[nodiscard]] int OnDatagram(int connection, std::string_view bytes);
  void NoteBound(const std::string& name, int fd);
  // The connection behind a remote datagram name, or -1.
  [[nodiscard]] int FindRemote(std::string_view name, int& channel) const;
  // A file's index (connection * 8 + kind + ring), or -1.
  [[nodiscard]] int FindFile(std::string_view path) const;
  // The connection whose folder that is, or -1.
  [[nodiscard]] int FindFolder(std::string_view path) const;
  // Each folder (is_folder, index: the connection) and file (index: as FindFile's) that there is.
  template <typename Fn>
  void ForEachPath(Fn fn) const;
  // What the client does to them; `file` as FindFile has it. 0 or -errno.
  void UnlinkFile(int file);
  void TruncateFile(int file, off_t size);
  [[nodiscard]] int RemoveFolder(int connection);
  [[nodiscard]] VirtualConnection& connection(int index) {
    return *connections_[static_cast<size_t>(index)];
  }
  [[nodiscard]] int connection_count() const { return connection_count_; }
  [[nodiscard]] size_t FileSize(int file) const;

  // Something is due. A stopped service keeps it for later.
  void Readable(int connection);
  void Accept(int connection);
  void SendDelayedReplies(int connection);
  void SendDelayedEvents(int connection);
  // Sends queued events where there is room now.
  void FlushQueues();
  [[nodiscard]] bool has_queued() const { return queued_ > 0; }
  // Looks at the statistics, as that process.
  void UpdateStats(int64_t pid);
  // Keeps a due thing until Continue. True where the service is stopped.
  bool KeepWhileStopped(const Scheduler::Entry& entry);

  // A step of the peer: done by the service at once.
  CsError CarryOut(const Step& step);

 private:
  void Establish(VirtualConnection& c, int index);
  void Refuse(VirtualConnection& c, int error);
  void SetUpShm(VirtualConnection& c, int index);
  void SetUpSocket(VirtualConnection& c, int index);
  void Disconnect(int index);
  void ReadRequests(int index);
  // False where the service died, stopped or closed the connection at this request, which is then
  // not carried out.
  bool Admit(int index);
  bool DiesOrStops(int64_t request);
  void Handle(int index, std::string_view message);
  // Carries a request out and encodes the answer; false where it is never answered.
  bool Answer(int index, const wire::Request& r);
  void Reply(int index, std::string& bytes);
  void SendOrDelayReply(int index, const std::string& bytes, const Fault* delay);
  void SendReply(int index, std::string_view bytes);
  void Notify(int index, const Notification& n);
  void BreakEventAndSend(int index, std::string bytes);
  void SendOrDelayEvent(int index, std::string bytes, const Fault* delay);
  void SendOrQueue(int index, std::string_view head, std::string_view new_value,
                   std::string_view old_value);
  bool SendEvent(VirtualConnection& c, std::string_view head, std::string_view new_value,
                 std::string_view old_value);
  // Into a ring of the connection; false where there is no room now.
  bool WriteChunk(VirtualConnection& c, RingIndex ring,
                  std::initializer_list<std::string_view> parts);
  // What a connection forgets when it ends, however it does.
  void Forget(VirtualConnection& c);
  // What the client does to a connection's files while they are the living service's.
  void NoteDamage(VirtualConnection& c) const;
  [[nodiscard]] static std::string PathOf(const VirtualConnection& c, int kind);
  void SendWakeups(VirtualConnection& c);
  void ScheduleReadable(int index);
  // The next look at the statistics, where it would show something.
  void ScheduleStats();

  VirtualHost& host_;
  Service service_;
  bool alive_ = true;
  bool stopped_ = false;
  int pid_ = 0;
  bool stats_scheduled_ = false;
  const KeyTable* keys_ = nullptr;
  std::vector<std::unique_ptr<VirtualConnection>>
      connections_;  // the first connection_count_ are in use
  int connection_count_ = 0;
  int64_t accepts_ = 0;
  int64_t requests_ = 0;
  int64_t events_ = 0;
  int64_t request_ = 0;  // the one that is being carried out
  int64_t chunks_ = 0;
  // The fault reply.reorder: notifications wait here until the reply is sent.
  bool holding_ = false;
  std::vector<std::pair<int, std::string>> held_;
  size_t queued_ = 0;  // connections with something queued or unsent
  std::vector<Scheduler::Entry> kept_;
  std::string reply_;
  std::string response_;  // to a connection set-up
  std::string head_;
  char* control_pages_ = nullptr;
};

template <typename Fn>
void VirtualService::ForEachPath(Fn fn) const {
  for (int i = 0; i < connection_count_; ++i) {
    const VirtualConnection& c = *connections_[static_cast<size_t>(i)];
    if (c.folder) fn(c.Folder(), true, i);
    for (int kind = 0; kind < kFileKinds; ++kind) {
      if ((c.files >> kind & 1) != 0) fn(PathOf(c, kind), false, i * 8 + kind);
    }
  }
}

}  // namespace cmapsim
