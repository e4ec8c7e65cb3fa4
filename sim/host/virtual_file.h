// What stands behind a descriptor that is neither libqb's socket nor its file: one class for each
// kind, of which the host knows no more than this.
//
//   class EventCounter : public VirtualFile { ... };                 // event_files.h: eventfd, timerfd, signalfd
//   host.descriptors().Open(std::make_unique<EventCounter>(...));    // also: pair_files.h, epoll.h
//
// A kind says what it is ready for, and tries to read and write without ever waiting. Waiting, and
// with it signals, faults and other tasks, is file_io.h's alone.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace cmapsim {

struct ClientThread;
struct Descriptor;
class Descriptors;
class PathFile;

class VirtualFile {
 public:
  VirtualFile() = default;
  virtual ~VirtualFile() = default;
  VirtualFile(const VirtualFile&) = delete;
  VirtualFile& operator=(const VirtualFile&) = delete;

  // Bits of poll(2), for who asks: pending signals are a task's own.
  [[nodiscard]] virtual short Readiness(const ClientThread& asker) = 0;
  // Whether a write of so many bytes can begin; only asked where it could not before.
  [[nodiscard]] virtual bool CanWrite(size_t) { return true; }

  // Bytes, 0 at the end, -EAGAIN where it would have to wait, or another -errno.
  virtual ssize_t Read(ClientThread& reader, char* out, size_t size, int flags);
  // Bytes that were taken, -EAGAIN where it would have to wait, -EPIPE, or another -errno.
  virtual ssize_t Write(std::string_view bytes);
  // A stream of bytes: a write that waits takes all of them, and one into nothing is a SIGPIPE.
  [[nodiscard]] virtual bool IsStream() const { return false; }

  // FIONREAD, or -errno.
  [[nodiscard]] virtual int BytesToRead() { return -ENOTTY; }
  // O_RDONLY, O_WRONLY or O_RDWR.
  [[nodiscard]] virtual int AccessMode() const;
  [[nodiscard]] virtual bool IsSocket() const { return false; }
  [[nodiscard]] bool IsPipe() const { return !IsSocket() && AccessMode() != kReadWrite; }
  // 0 or -errno.
  virtual int Shutdown(int how);
  // SO_TYPE of a socket.
  [[nodiscard]] virtual int SocketType() const { return 0; }

  // Null, unless it is a folder or a path: see path_file.h.
  [[nodiscard]] virtual const PathFile* AsPath() const { return nullptr; }

  // A descriptor of the kernel's with what is in this one, for a process that is about to begin and
  // knows no others; its other end is the kernel's too as soon as it is asked as well. -1: none.
  [[nodiscard]] virtual int GoToKernel() { return -1; }

  // By the table that it gets a number in.
  void Attach(Descriptors& descriptors, Descriptor& self) {
    descriptors_ = &descriptors;
    self_ = &self;
  }
  // Something came to be ready: see Descriptors::Wake.
  void Wake(int conditions);

 protected:
  [[nodiscard]] Descriptors& descriptors() { return *descriptors_; }
  [[nodiscard]] Descriptor& self() { return *self_; }

 private:
  static constexpr int kReadWrite = 2;  // O_RDWR
  Descriptors* descriptors_ = nullptr;
  Descriptor* self_ = nullptr;
};

// Who has to know that a file is gone.
class FileWatcher {
 public:
  virtual ~FileWatcher() = default;
  virtual void FileEnds(const Descriptor& d) = 0;
};

}  // namespace cmapsim
