#include "sim/host/imports.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "sim/host/calls.h"

namespace cmapsim {
namespace {

constexpr size_t kMaxFileSize = size_t{256} << 20;

constexpr std::string_view kInterposed[] = {
#define CMAPSIM_X(name, disposition) #name,
    CMAPSIM_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
};

constexpr std::string_view kPassing[] = {
#define CMAPSIM_X(name, reason) #name,
    CMAPSIM_PASSING_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
};

// Names in words, by what makes them harmless.
constexpr std::string_view kHarmless[] = {
    // Put in by compiler and linker.
    "_ITM_deregisterTMCloneTable _ITM_registerTMCloneTable __cxa_finalize __cxa_atexit "
    "__gmon_start__ __stack_chk_fail __assert_fail __errno_location __tls_get_addr "
    "__libc_start_main "
    "abort __chk_fail __fortify_fail",
    // Strings and memory that the caller has.
    "memchr memcmp memcpy memmove memset memrchr mempcpy memmem __memcpy_chk __memmove_chk "
    "__memset_chk __mempcpy_chk bcmp bzero strcasecmp strcat strchr strchrnul strcmp strcoll "
    "strcpy "
    "strcspn strlen strncasecmp strncat strncmp strncpy strnlen strpbrk strrchr strsep strspn "
    "strstr "
    "strtok strtok_r __strtok_r strcasestr stpcpy stpncpy __strcat_chk __strcpy_chk __strncat_chk "
    "__strncpy_chk __stpcpy_chk __stpncpy_chk rawmemchr __rawmemchr ffs qsort bsearch",
    // Strings from the allocator, which has its rows.
    "strdup strndup __strdup __strndup asprintf vasprintf __asprintf_chk __vasprintf_chk",
    // Numbers and characters.
    "strtol strtoll strtoul strtoull strtod strtof strtold atoi atol atoll atof __isoc99_sscanf "
    "__isoc23_sscanf __isoc23_strtol __isoc23_strtoll __isoc23_strtoul __isoc23_strtoull sscanf "
    "abs "
    "labs div ldiv __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc tolower toupper isalnum "
    "isalpha isdigit isprint isspace isupper islower isxdigit htonl htons ntohl ntohs inet_ntop "
    "inet_pton",
    // Formatting into memory that the caller has.
    "snprintf sprintf vsnprintf vsprintf __snprintf_chk __sprintf_chk __vsnprintf_chk "
    "__vsprintf_chk strerror strerror_r __xpg_strerror_r strftime strsignal gai_strerror",
    // Dates of an instant that the caller has.
    "gmtime gmtime_r localtime localtime_r mktime timegm difftime asctime_r ctime_r",
    // What is printed goes to the command's log.
    "stdin stdout stderr printf fprintf vprintf vfprintf puts putchar putc fputc fputs fwrite "
    "fflush "
    "perror __printf_chk __fprintf_chk __vprintf_chk __vfprintf_chk fileno ferror feof clearerr",
    // Patterns over memory.
    "regcomp regexec regfree regerror fnmatch",
    // Sets and jumps of the caller's own.
    "sigemptyset sigfillset sigaddset sigdelset sigismember setjmp _setjmp __sigsetjmp longjmp "
    "_longjmp siglongjmp __longjmp_chk",
    // What the process was started with; the worker's environment is empty.
    "getenv secure_getenv __environ environ program_invocation_name program_invocation_short_name "
    "__progname __progname_full",
    // What C++ puts in; its new and delete are the allocator's rows.
    "__cxa_pure_virtual __gxx_personality_v0 _Unwind_Resume _Znwm _Znam _ZdlPv _ZdaPv _ZdlPvm "
    "_ZdaPvm "
    "_ZTVN10__cxxabiv117__class_type_infoE _ZTVN10__cxxabiv120__si_class_type_infoE",
    // Which thread this is.
    "pthread_self pthread_equal",
    // Finding functions.
    "dlsym dlerror dladdr dl_iterate_phdr",
};

const std::set<std::string_view>& HarmlessNames() {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> all;
    for (std::string_view words : kHarmless) {
      while (!words.empty()) {
        const size_t end = std::min(words.find(' '), words.size());
        if (end > 0) all.insert(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
      }
    }
    return all;
  }();
  return names;
}

template <size_t n>
bool Has(const std::string_view (&names)[n], std::string_view name) {
  for (const std::string_view one : names) {
    if (one == name) return true;
  }
  return false;
}

// What stands at an offset of a file that may be cut off or lie about itself.
class File {
 public:
  explicit File(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  [[nodiscard]] std::optional<T> At(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  // Nothing where it is not inside.
  [[nodiscard]] std::optional<std::string_view> Part(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
    return bytes_.substr(offset, size);
  }

 private:
  std::string_view bytes_;
};

struct Sections {
  std::string_view symbols;
  std::string_view names;
};

// The table of dynamic symbols and the strings that it refers to.
tl::expected<Sections, std::string> FindSections(const File& file) {
  const auto head = file.At<Elf64_Ehdr>(0);
  if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) {
    return tl::unexpected(std::string("it is no ELF file"));
  }
  if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_machine != EM_X86_64) {
    return tl::unexpected(std::string("it is not for x86-64"));
  }
  const auto section = [&](uint64_t index) -> std::optional<Elf64_Shdr> {
    if (index >= head->e_shnum) return std::nullopt;
    return file.At<Elf64_Shdr>(head->e_shoff + index * sizeof(Elf64_Shdr));
  };
  for (uint64_t i = 0; i < head->e_shnum; ++i) {
    const auto symbols = section(i);
    if (!symbols) return tl::unexpected(std::string("its section headers are cut off"));
    if (symbols->sh_type != SHT_DYNSYM) continue;
    const auto names = section(symbols->sh_link);
    if (!names) return tl::unexpected(std::string("its symbols have no names"));
    const auto symbol_bytes = file.Part(symbols->sh_offset, symbols->sh_size);
    const auto name_bytes = file.Part(names->sh_offset, names->sh_size);
    if (!symbol_bytes || !name_bytes) return tl::unexpected(std::string("its symbols are cut off"));
    return Sections{*symbol_bytes, *name_bytes};
  }
  return tl::unexpected(std::string("it has no table of dynamic symbols"));
}

}  // namespace

tl::expected<DynamicSymbols, std::string> ParseDynamicSymbols(std::string_view bytes) {
  const auto sections = FindSections(File(bytes));
  if (!sections) return tl::unexpected(sections.error());
  DynamicSymbols out;
  const File symbols(sections->symbols);
  for (uint64_t at = sizeof(Elf64_Sym); const auto symbol = symbols.At<Elf64_Sym>(at);
       at += sizeof(Elf64_Sym)) {
    if (symbol->st_name == 0 || symbol->st_name >= sections->names.size()) continue;
    std::string_view name = sections->names.substr(symbol->st_name);
    name = name.substr(0, name.find('\0'));
    if (name.empty()) continue;
    (symbol->st_shndx == SHN_UNDEF ? out.imports : out.exports).emplace_back(name);
  }
  return out;
}

tl::expected<DynamicSymbols, std::string> ReadDynamicSymbols(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  if (size < 0) return tl::unexpected(path + ": cannot be read");
  if (static_cast<uint64_t>(size) > kMaxFileSize) {
    return tl::unexpected(path + ": too large for a library");
  }
  std::string bytes(static_cast<size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) return tl::unexpected(path + ": cannot be read");
  auto symbols = ParseDynamicSymbols(bytes);
  if (!symbols) return tl::unexpected(path + ": " + symbols.error());
  return symbols;
}

ImportClass ClassifyImport(std::string_view symbol) {
  if (Has(kInterposed, symbol)) return ImportClass::kInterposed;
  if (Has(kPassing, symbol)) return ImportClass::kPasses;
  return HarmlessNames().contains(symbol) ? ImportClass::kHarmless : ImportClass::kUnknown;
}

tl::expected<std::vector<Missing>, std::string> MissingCalls(
    const std::vector<std::string>& files) {
  std::vector<DynamicSymbols> symbols;
  std::set<std::string_view> own;
  symbols.reserve(files.size());
  for (const std::string& file : files) {
    auto read = ReadDynamicSymbols(file);
    if (!read) return tl::unexpected(read.error());
    symbols.push_back(std::move(*read));
    own.insert(symbols.back().exports.begin(), symbols.back().exports.end());
  }
  std::vector<Missing> missing;
  for (size_t i = 0; i < files.size(); ++i) {
    for (const std::string& name : symbols[i].imports) {
      if (own.contains(name) || ClassifyImport(name) != ImportClass::kUnknown) continue;
      missing.push_back({files[i], name});
    }
  }
  return missing;
}

}  // namespace cmapsim
