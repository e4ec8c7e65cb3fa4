// What can be seen of another process: its memory, its files, its program, its family.
//
//   const auto path = ReadString(pid, address);
//   const auto canonical = ResolveFor(pid, AT_FDCWD, *path, /*follow=*/true);
//   ProgramOf(pid);   // "/usr/bin/dash"
//
// All of it may be gone or changed a moment later. Process numbers are the calling process's own; /proc may be that of
// a namespace further out.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cmapsim {

enum class MemoryRead { kOk, kNotMapped, kNotAllowed };

// Reads `size` bytes at `address` of the process.
[[nodiscard]] MemoryRead ReadMemory(pid_t process, uint64_t address, void* to, size_t size);

// Reads a string of up to PATH_MAX - 1 bytes. NotMapped where it is longer, too.
[[nodiscard]] MemoryRead ReadString(pid_t process, uint64_t address, std::string& to);

// The file that `path` names for the process, from `folder` (AT_FDCWD, or one of its descriptors), as a
// path without symbolic links. Where there is no such file, that of its folder with the last component.
// Empty where that is not there either. `follow`: the last component, too.
[[nodiscard]] std::string ResolveFor(pid_t process, int folder, const std::string& path,
                                     bool follow);

// The path of the program that the process runs, "?" where it cannot be told.
[[nodiscard]] std::string ProgramOf(pid_t process);

// The process that a thread belongs to; the thread itself where that cannot be told.
[[nodiscard]] pid_t ProcessOf(pid_t thread);

// Whether `ancestor` is one of the process's ancestors.
[[nodiscard]] bool IsDescendant(pid_t process, pid_t ancestor);

// The calling thread's children.
[[nodiscard]] std::vector<pid_t> OwnChildren();

// Kills them, with what comes to be a child meanwhile (a subreaper's), and waits until none is left.
void EndOwnChildren();

// The process's number in /proc, which is not the own one where /proc is further out; `otherwise` where it is not told.
[[nodiscard]] pid_t NumberOfPidfd(int pidfd, pid_t otherwise);

}  // namespace cmapsim
