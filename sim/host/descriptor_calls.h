// What any descriptor of the virtual host can do: be read and written, waiting where that is asked
// for, duplicated, controlled and given to the kernel. Every function returns its call's result, or
// -errno.
//
//   ReadDescriptor(host, fd, out, size);                   // read(2)
//   DuplicateDescriptor(host, fd, 0, false);               // dup(2)
//   GiveToKernel(host);                                    // before fork(2): pipes become real ones
//
// Sockets of the service and its files are socket_calls.h's and file_calls.h's; all else is an object
// (virtual_file.h), of which this knows no more than that it can be waited for.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "sim/host/pair_files.h"
#include "sim/host/virtual_file.h"

namespace cmapsim {

class VirtualHost;
struct Descriptor;

ssize_t ReadDescriptor(VirtualHost& host, int fd, void* out, size_t size);
ssize_t WriteDescriptor(VirtualHost& host, int fd, std::string_view bytes);
// Where the descriptor is an object; `flags` of recv(2) and send(2).
ssize_t ReadObject(VirtualHost& host, Descriptor& d, void* out, size_t size, int flags);
ssize_t WriteObject(VirtualHost& host, Descriptor& d, std::string_view bytes, int flags);

// All parts of a message in one piece, which lives until the task gathers another: a run that ends in
// the call leaves nothing behind.
[[nodiscard]] std::string_view Gather(VirtualHost& host, const struct iovec* parts, size_t count);
// Reads up to `most` bytes into the parts, as one read.
ssize_t ReadIntoParts(VirtualHost& host, Descriptor& d, const struct iovec* parts, size_t count,
                      size_t most, int flags);

// A number for a new object; `flags` are O_NONBLOCK and O_CLOEXEC, as which every call's own are defined.
int OpenObject(VirtualHost& host, std::unique_ptr<VirtualFile> object, int flags);
int OpenPair(VirtualHost& host, FilePair pair, int flags, int fds[2]);

// `least` is the lowest number that will do.
int DuplicateDescriptor(VirtualHost& host, int fd, int least, bool close_on_exec);
// dup2(2) and, where `flags` is not negative, dup3(2), of two numbers of which at least one is virtual.
int DuplicateDescriptorAt(VirtualHost& host, int fd, int at, int flags);
int ControlDescriptor(VirtualHost& host, int fd, int command, long argument);
int StatDescriptor(VirtualHost& host, int fd, struct stat* out);
int ControlDevice(VirtualHost& host, int fd, unsigned long request, void* argument);

// Every pipe and pair of sockets becomes one of the kernel's, under its own numbers, with what is in
// it: another process is about to begin, that knows no others.
void GiveToKernel(VirtualHost& host);

}  // namespace cmapsim
