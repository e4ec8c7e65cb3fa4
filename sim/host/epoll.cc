#include "sim/host/epoll.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/host/descriptors.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

constexpr uint32_t kAlways = EPOLLERR | EPOLLHUP;
constexpr uint32_t kConditions = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDNORM | EPOLLRDBAND |
                                 EPOLLWRNORM | EPOLLWRBAND | EPOLLMSG | EPOLLRDHUP | kAlways;
constexpr int kDepthMax = 5;  // epoll_ctl(2), ELOOP

// When the file last woke who waits for these events. One that never woke anybody counts as having
// done so once, before all others.
uint64_t WakeOf(const Descriptor& file, uint32_t events) {
  const uint64_t in = (events & (EPOLLIN | EPOLLRDNORM | EPOLLRDHUP)) != 0 ? file.wake_in : 0;
  const uint64_t out = (events & (EPOLLOUT | EPOLLWRNORM)) != 0 ? file.wake_out : 0;
  return std::max(in, out) + 1;
}

// Out of the way of the numbers that client code gets.
int MakeRealEpoll() {
  constexpr rlim_t kFromTheEnd = 8;
  const int made = Real().epoll_create1(EPOLL_CLOEXEC);
  struct rlimit limit = {};
  if (made < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < kFromTheEnd) {
    return made;
  }
  const int least = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, INT32_MAX) - kFromTheEnd);
  const int moved = Real().fcntl(made, F_DUPFD_CLOEXEC, least);
  if (moved < 0) return made;
  Real().close(made);
  return moved;
}

}  // namespace

Epoll::Epoll(VirtualHost& host) : host_(host) { host.descriptors().AddWatcher(this); }

Epoll::~Epoll() {
  host_.descriptors().RemoveWatcher(this);
  if (real_ >= 0) Real().close(real_);
}

Epoll::Item* Epoll::Find(int fd, const Descriptor* file) {
  for (const auto& item : items_) {
    if (item->fd == fd && item->file == file) return item.get();
  }
  return nullptr;
}

bool Epoll::Reaches(const Epoll& other, int depth) const {
  if (this == &other || depth >= kDepthMax) return true;
  return std::any_of(items_.begin(), items_.end(), [&](const auto& item) {
    if (item->file == nullptr) return false;
    const auto* const inner = dynamic_cast<const Epoll*>(item->file->object.get());
    return inner != nullptr && inner->Reaches(other, depth + 1);
  });
}

int Epoll::Control(int operation, int fd, const struct epoll_event* event) {
  if (operation != EPOLL_CTL_DEL && event == nullptr) return -EFAULT;
  if (!host_.descriptors().IsVirtual(fd)) return ControlReal(operation, fd, event);
  Descriptor* const file = host_.descriptors().Find(fd);
  if (file == nullptr) return -EBADF;
  const PathFile* const path = file->object == nullptr ? nullptr : file->object->AsPath();
  if (path != nullptr) return path->only_path() ? -EBADF : -EPERM;
  if (file->kind == Descriptor::Kind::kFile) return -EPERM;
  if (file->object.get() == this) return -EINVAL;
  const ClientThread& me = host_.tasks().current();
  Collect(me);  // what came to be ready before is before it
  Item* item = Find(fd, file);
  switch (operation) {
    case EPOLL_CTL_ADD: {
      if (item != nullptr) return -EEXIST;
      const auto* const inner = dynamic_cast<const Epoll*>(file->object.get());
      if (inner != nullptr && inner->Reaches(*this, 1)) return -ELOOP;
      items_.push_back(std::make_unique<Item>(Item{fd, file, event->events, event->data}));
      Collect(me);
      return 0;
    }
    case EPOLL_CTL_MOD:
      if (item == nullptr) return -ENOENT;
      item->events = event->events;
      item->data = event->data;
      item->disabled = false;
      item->seen_wake = 0;  // as if it had been added: what is ready is an edge again
      Collect(me);
      return 0;
    case EPOLL_CTL_DEL:
      if (item == nullptr) return -ENOENT;
      Forget(*item);
      return 0;
    default:
      return -EINVAL;
  }
}

// The kernel keeps count of its own; ours is only for what has to be handed back.
int Epoll::ControlReal(int operation, int fd, const struct epoll_event* event) {
  if (real_ < 0) real_ = MakeRealEpoll();
  if (real_ < 0) return -errno;
  if (fd == real_) return -EBADF;  // which client code knows nothing of
  Item* item = Find(fd, nullptr);
  struct epoll_event asked = event == nullptr ? epoll_event{} : *event;
  if (operation == EPOLL_CTL_ADD && item != nullptr) {
    // A number that was closed and given out again; unless it was not, and the kernel says so.
    asked.data.ptr = item;
    if (Real().epoll_ctl(real_, operation, fd, &asked) != 0) return -errno;
    *item = Item{fd, nullptr, event->events, event->data};
    std::erase(queue_, item);
    return 0;
  }
  if (operation == EPOLL_CTL_ADD) {
    auto added = std::make_unique<Item>(Item{fd, nullptr, event->events, event->data});
    asked.data.ptr = added.get();
    if (Real().epoll_ctl(real_, operation, fd, &asked) != 0) return -errno;
    items_.push_back(std::move(added));
    return 0;
  }
  asked.data.ptr = item;
  if (Real().epoll_ctl(real_, operation, fd, &asked) != 0) return -errno;
  if (operation == EPOLL_CTL_DEL) {
    Forget(*item);
  } else {
    item->events = event->events;
    item->data = event->data;
  }
  return 0;
}

void Epoll::Forget(Item& item) {
  std::erase(queue_, &item);
  std::erase_if(items_, [&](const auto& each) { return each.get() == &item; });
}

void Epoll::FileEnds(const Descriptor& d) {
  for (size_t i = items_.size(); i-- > 0;) {
    if (items_[i]->file == &d) Forget(*items_[i]);
  }
}

uint32_t Epoll::ReadyEvents(const Item& item, const ClientThread& asker) const {
  if (item.disabled) return 0;
  const auto ready = static_cast<uint32_t>(static_cast<uint16_t>(ReadinessOf(*item.file, asker)));
  return ready & ((item.events & kConditions) | kAlways);
}

// Queues what has come to be ready since it was looked at last, in the order in which it did.
void Epoll::Collect(const ClientThread& asker) {
  CollectReal();
  const size_t before = queue_.size();
  for (const auto& item : items_) {
    if (item->file == nullptr || item->queued) continue;
    const bool edge = (item->events & EPOLLET) != 0;
    const uint64_t wake = WakeOf(*item->file, item->events);
    if (edge && item->seen_wake == wake) continue;
    if (ReadyEvents(*item, asker) == 0) continue;
    item->seen_wake = wake;
    item->queued = true;
    queue_.push_back(item.get());
  }
  std::stable_sort(queue_.begin() + static_cast<ptrdiff_t>(before), queue_.end(),
                   [](const Item* a, const Item* b) { return a->seen_wake < b->seen_wake; });
}

void Epoll::CollectReal() {
  if (real_ < 0) return;
  std::array<struct epoll_event, 64> events;
  const int count = Real().epoll_wait(real_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    Item* const item = static_cast<Item*>(events[static_cast<size_t>(i)].data.ptr);
    item->real_events |= events[static_cast<size_t>(i)].events;
    if (item->queued) continue;
    item->queued = true;
    queue_.push_back(item);
  }
}

bool Epoll::Ready(const ClientThread& asker) {
  Collect(asker);
  return std::any_of(queue_.begin(), queue_.end(), [&](const Item* item) {
    return item->file == nullptr || ReadyEvents(*item, asker) != 0;
  });
}

int Epoll::Take(const ClientThread& asker, struct epoll_event* out, int most) {
  Collect(asker);
  int count = 0;
  for (size_t left = queue_.size(); left > 0 && count < most; --left) {
    Item* const item = queue_.front();
    queue_.pop_front();
    item->queued = false;
    const bool real = item->file == nullptr;
    const uint32_t events = real ? std::exchange(item->real_events, 0) : ReadyEvents(*item, asker);
    if (events == 0) continue;
    out[count].events = events;
    out[count].data = item->data;
    ++count;
    if (real) continue;
    item->seen_wake = WakeOf(*item->file, item->events);
    if ((item->events & EPOLLONESHOT) != 0) {
      item->disabled = true;
    } else if ((item->events & EPOLLET) == 0) {
      item->queued = true;
      queue_.push_back(item);
    }
  }
  return count;
}

int Epoll::Pretend(struct epoll_event* out, int most, uint32_t events) const {
  int count = 0;
  if ((events & kConditions) == 0) return 0;
  for (const auto& item : items_) {
    if (count == most) break;
    out[count].events = events & kConditions;
    out[count].data = item->data;
    ++count;
  }
  return count;
}

short Epoll::Readiness(const ClientThread& asker) { return Ready(asker) ? POLLIN : short{0}; }

}  // namespace cmapsim
