#include "sim/host/virtual_service.h"

#include <poll.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

constexpr int kFirstPid = 1000;
constexpr ConnectionId kPeerConnection = -1;

}  // namespace

VirtualService::VirtualService(VirtualHost& host)
    : host_(host), service_(FreshCorosyncKeys()), response_(wire::kSetupResponseSize, '\0') {
  service_.SetNotify([this](ConnectionId to, const Notification& n) {
    if (to != kPeerConnection) Notify(to, n);
  });
  void* pages = Real().mmap(nullptr, kServiceConnections * kControlPage, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    std::perror("cmapsim: cannot make control pages");
    std::abort();
  }
  control_pages_ = static_cast<char*>(pages);
}

VirtualService::~VirtualService() {
  Real().munmap(control_pages_, kServiceConnections * kControlPage);
}

void VirtualService::Begin(const KeyTable& keys) {
  keys_ = &keys;
  pid_ = kFirstPid;
  alive_ = true;
  stopped_ = stats_scheduled_ = false;
  accepts_ = requests_ = events_ = chunks_ = request_ = 0;
  holding_ = false;
  held_.clear();
  queued_ = 0;
  kept_.clear();
  service_.Reset(keys);
  service_.Connect(kPeerConnection, host_.plan().transport);
}

void VirtualService::EndRun() {
  for (int i = 0; i < connection_count_; ++i) Forget(connection(i));
  connection_count_ = 0;
  host_.rings().ReleaseAll();
}

void VirtualService::Forget(VirtualConnection& c) {
  c.requests.clear();
  c.queued.clear();
  c.unsent_wakeups = 0;
  c.delayed_events.clear();
  c.delayed_replies.clear();
  c.reordered_events.clear();
}

void VirtualService::Kill() {
  if (!alive_) return;
  alive_ = false;
  stopped_ = false;
  kept_.clear();
  for (int i = 0; i < connection_count_; ++i) {
    VirtualConnection& c = connection(i);
    if (c.stage == VirtualConnection::Stage::kGone) continue;
    c.stage = VirtualConnection::Stage::kGone;
    if (Descriptor* d = host_.descriptors().FindNumber(c.client_fd)) {
      d->peer_closed = true;
      host_.descriptors().Wake(*d, POLLIN | POLLOUT);
      d->reset = c.wakeups > 0 || !c.received.empty();
    }
    Forget(c);
  }
  queued_ = 0;
  held_.clear();
}

void VirtualService::Stop() { stopped_ = alive_; }

void VirtualService::Continue() {
  if (!stopped_) return;
  stopped_ = false;
  for (const Scheduler::Entry& entry : kept_) {
    host_.scheduler().At(host_.Now(), entry.kind, entry.a, entry.b);
  }
  kept_.clear();
}

void VirtualService::Start() {
  if (alive_) return;
  alive_ = true;
  stats_scheduled_ = false;
  ++pid_;
  service_.Restart(*keys_);
  service_.Connect(kPeerConnection, host_.plan().transport);
}

void VirtualService::ScheduleStats() {
  if (!alive_ || stats_scheduled_ || !service_.StatsUpdateDue()) return;
  stats_scheduled_ = true;
  const Nanos next_ns = (host_.Now() / kStatsPeriod + 1) * kStatsPeriod;
  host_.scheduler().At(next_ns, static_cast<uint32_t>(Due::kStats), pid_);
}

void VirtualService::UpdateStats(int64_t pid) {
  if (!alive_ || pid != pid_) return;
  stats_scheduled_ = false;
  service_.UpdateStats();
  ScheduleStats();
}

bool VirtualService::KeepWhileStopped(const Scheduler::Entry& entry) {
  // What makes it go on, or come back, is not its own doing.
  const auto due = static_cast<Due>(entry.kind);
  if (due == Due::kServiceContinue || due == Due::kServiceStart) return false;
  if (stopped_) kept_.push_back(entry);
  return stopped_;
}

CsError VirtualService::CarryOut(const Step& step) {
  if (!alive_) return CsError::kLibrary;
  const std::string key = step.key.value_or("");
  switch (step.op) {
    case Op::kSet:
      return step.value ? service_.Set(kPeerConnection, key, step.value->type, step.value->bytes)
                        : CsError::kInvalidParam;
    case Op::kDelete:
      return service_.Delete(kPeerConnection, key);
    case Op::kInc:
      return service_.AdjustInt(kPeerConnection, key, 1);
    case Op::kDec:
      return service_.AdjustInt(kPeerConnection, key, -1);
    default:
      return CsError::kNotSupported;
  }
}

}  // namespace cmapsim
