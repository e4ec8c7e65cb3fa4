// epoll(7) on the virtual host: what is watched, and what of it is ready, in the kernel's order.
//
//   auto epoll = std::make_unique<Epoll>(host);
//   epoll->Add(fd, {EPOLLIN | EPOLLET, {.fd = fd}});
//   if (epoll->Ready(task)) count = epoll->Take(task, events, max);
//
// What is watched is a number together with the file behind it (epoll(7), Q1); it is forgotten when
// the file's last number is closed. What comes to be ready queues in the order in which it did; level
// triggered items queue again behind the others when they are reported. An edge is whatever the kernel
// would wake a waiter for (Descriptors::Wake). Real descriptors are in a real epoll of the kernel's,
// which is only ever looked at, so that edges are right there too.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/host/virtual_file.h"

namespace cmapsim {

class VirtualHost;

class Epoll : public VirtualFile, public FileWatcher {
 public:
  explicit Epoll(VirtualHost& host);
  ~Epoll() override;

  // 0, or -errno of epoll_ctl(2).
  int Control(int operation, int fd, const struct epoll_event* event);
  // How many were reported; there is room for `most`.
  int Take(const ClientThread& asker, struct epoll_event* out, int most);
  // Everything that is watched, with `events`, as a fault has it.
  int Pretend(struct epoll_event* out, int most, uint32_t events) const;
  [[nodiscard]] bool Ready(const ClientThread& asker);

  short Readiness(const ClientThread& asker) override;
  int BytesToRead() override { return -EINVAL; }
  void FileEnds(const Descriptor& d) override;

 private:
  struct Item {
    int fd;
    Descriptor* file;  // null: a real descriptor, which the kernel watches
    uint32_t events;
    epoll_data_t data;
    bool queued = false;
    bool disabled = false;     // EPOLLONESHOT, reported
    uint64_t seen_wake = 0;    // of the file, when it was queued or reported last
    uint32_t real_events = 0;  // what the kernel said
  };

  [[nodiscard]] Item* Find(int fd, const Descriptor* file);
  int ControlReal(int operation, int fd, const struct epoll_event* event);
  [[nodiscard]] uint32_t ReadyEvents(const Item& item, const ClientThread& asker) const;
  void Collect(const ClientThread& asker);
  void CollectReal();
  void Forget(Item& item);
  // Whether `other` is watched from here, at whatever depth.
  [[nodiscard]] bool Reaches(const Epoll& other, int depth) const;

  VirtualHost& host_;
  std::vector<std::unique_ptr<Item>> items_;
  std::deque<Item*> queue_;
  int real_ = -1;  // the kernel's epoll, made when it is needed
};

}  // namespace cmapsim
