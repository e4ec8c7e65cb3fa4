#include "sim/host/target_memory.h"

#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/host/real_calls.h"
#include "sim/host/stack_memory.h"

namespace cmapsim {
namespace {

constexpr size_t kPage = 4096;

TargetMemory* g_memory = nullptr;
Arena* g_arena = nullptr;
std::vector<size_t> g_local_modules;  // of the target's files that have thread_local variables

char* PageOf(const void* address) {
  return reinterpret_cast<char*>(reinterpret_cast<uintptr_t>(address) & ~(kPage - 1));
}

// A write to a watched page is let through and noted; any other fault is the target's own and kills
// the worker, as it would any process.
void OnFault(int signal, siginfo_t* info, void*) {
  if (g_memory != nullptr && info->si_code == SEGV_ACCERR && g_memory->OnWrite(info->si_addr))
    return;
  Real().signal(signal, SIG_DFL);  // not the one of client code, which may be running
}

struct Range {
  char* begin;
  char* end;
};

void CollectRanges(const struct dl_phdr_info& info, std::vector<Range>& out) {
  char* base = reinterpret_cast<char*>(info.dlpi_addr);
  Range relro = {nullptr, nullptr};
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info.dlpi_phdr[i];
    if (p.p_type == PT_GNU_RELRO) relro = {base + p.p_vaddr, base + p.p_vaddr + p.p_memsz};
  }
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info.dlpi_phdr[i];
    if (p.p_type != PT_LOAD || (p.p_flags & PF_W) == 0) continue;
    Range range = {PageOf(base + p.p_vaddr), PageOf(base + p.p_vaddr + p.p_memsz + kPage - 1)};
    // What is read-only after relocation stands at the segment's start and is protected by the
    // linker.
    if (relro.begin != nullptr && PageOf(relro.begin) <= range.begin) {
      range.begin = std::max(range.begin, PageOf(relro.end));
    }
    if (range.begin < range.end) out.push_back(range);
  }
}

// What the dynamic linker calls a thread_local variable.
struct Local {
  size_t module;
  size_t offset;
};

struct LocalsSearch {
  const std::vector<std::string>& files;
  std::vector<std::pair<size_t, size_t>> found;  // module, size
};

int CollectLocals(struct dl_phdr_info* info, size_t, void* data) {
  auto& search = *static_cast<LocalsSearch*>(data);
  if (info->dlpi_tls_modid == 0) return 0;
  if (std::find(search.files.begin(), search.files.end(), info->dlpi_name) == search.files.end())
    return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info->dlpi_phdr[i];
    if (p.p_type == PT_TLS) search.found.emplace_back(info->dlpi_tls_modid, p.p_memsz);
  }
  return 0;
}

}  // namespace
}  // namespace cmapsim

extern "C" void* __tls_get_addr(void* local);

namespace cmapsim {

void TouchTargetLocals() {
  for (const size_t module : g_local_modules) {
    Local local = {module, 0};
    __tls_get_addr(&local);
  }
}

void TargetMemory::WatchLocals(const std::vector<std::string>& files) {
  LocalsSearch search{files, {}};
  dl_iterate_phdr(CollectLocals, &search);
  for (const auto& [module, size] : search.found) {
    g_local_modules.push_back(module);
    Local local = {module, 0};
    char* begin = static_cast<char*>(__tls_get_addr(&local));
    locals_.push_back({begin, std::string(begin, size)});
  }
}

Arena* TargetArena() { return g_arena; }

void LetKernelWrite(void* to, size_t size) {
  if (g_memory != nullptr) g_memory->LetKernelWrite(to, size);
}

TargetMemory::TargetMemory() {
  g_memory = this;
  g_arena = &arena_;
  static char stack[65536];
  stack_t alternative = {};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
}

TargetMemory::~TargetMemory() {
  g_memory = nullptr;
  g_arena = nullptr;
}

void TargetMemory::AddSegment(char* begin, char* end) {
  const auto size = static_cast<size_t>(end - begin);
  segments_.push_back({begin, size, std::string(begin, size), std::vector<bool>(size / kPage)});
}

void TargetMemory::Watch(const std::vector<std::string>& files) {
  struct Search {
    const std::vector<std::string>& files;
    std::vector<Range> ranges;
  } search{files, {}};
  dl_iterate_phdr(
      [](struct dl_phdr_info* info, size_t, void* data) {
        auto& s = *static_cast<Search*>(data);
        const bool wanted =
            std::find(s.files.begin(), s.files.end(), info->dlpi_name) != s.files.end();
        if (wanted) CollectRanges(*info, s.ranges);
        return 0;
      },
      &search);
  for (const Range& range : search.ranges) AddSegment(range.begin, range.end);
  for (const Segment& s : segments_) mprotect(s.begin, s.size, PROT_READ);
  written_.reserve(1024);
  WatchLocals(files);
}

bool TargetMemory::OnWrite(const void* address) {
  if (arena_.OnWrite(address)) return true;
  if (CaseStack() != nullptr && CaseStack()->OnWrite(address)) return true;
  const char* at = static_cast<const char*>(address);
  for (Segment& s : segments_) {
    if (at < s.begin || at >= s.begin + s.size) continue;
    const size_t page = static_cast<size_t>(at - s.begin) / kPage;
    if (s.writable[page] || written_.size() == written_.capacity()) return false;
    s.writable[page] = true;
    char* begin = s.begin + page * kPage;
    written_.push_back({begin, s.content.data() + page * kPage});
    return mprotect(begin, kPage, PROT_READ | PROT_WRITE) == 0;
  }
  return false;
}

void TargetMemory::LetKernelWrite(void* to, size_t size) {
  if (size == 0) return;
  if (arena_.Owns(to)) arena_.LetKernelWrite(to, size);
  if (CaseStack() != nullptr) CaseStack()->LetKernelWrite(to, size);
  char* const begin = static_cast<char*>(to);
  for (const Segment& s : segments_) {
    const auto left = static_cast<size_t>(s.begin + s.size - begin);  // wraps where it lies behind
    if (begin >= s.begin + s.size ||
        (begin < s.begin && size <= static_cast<size_t>(s.begin - begin)))
      continue;
    char* const last = size <= left ? begin + size - 1 : s.begin + s.size - 1;
    for (char* at = std::max(begin, s.begin); at <= last; at = PageOf(at) + kPage) OnWrite(at);
  }
}

void TargetMemory::Restore() {
  for (const Page& page : written_) std::memcpy(page.at, page.content, kPage);
  for (const Locals& l : locals_) std::memcpy(l.begin, l.content.data(), l.content.size());
  arena_.Reset();
}

}  // namespace cmapsim
