// Programs under cmapsim run beside a real corosync: in no way of having children do they reach it, whatever of
// the two layers of isolation the surroundings allow. Without cmapsim each way does.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "fixtures/corosync/daemon.h"
#include "fixtures/corosync/sandbox.h"

namespace cmapsim {
namespace {

constexpr char kCorosync[] = "/usr/sbin/corosync";

struct Surroundings {
  const char* name;
  std::string prefix;
  bool namespaces;
  bool calls;
};

std::string Here(const std::string& path) { return std::filesystem::current_path() / path; }

// In a user namespace that allows no others, without capabilities: no namespaces.
std::string WithoutNamespaces() {
  return "unshare --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && "
         "exec setpriv --bounding-set=-all --inh-caps=-all \"$@\"' sh ";
}

std::string UnderSupervisor() { return Here("fixtures/isolation/under_supervisor") + " "; }

std::vector<Surroundings> AllSurroundings() {
  return {{"Both", "", true, true},
          {"CallsOnly", WithoutNamespaces(), false, true},
          {"NamespacesOnly", UnderSupervisor(), true, false}};
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Result {
  int status;
  std::string out;
  std::string err;
};

Result Execute(const std::string& command) {
  const std::string out = testing::TempDir() + "/out";
  const std::string err = testing::TempDir() + "/err";
  const int status = std::system((command + " >" + out + " 2>" + err + " </dev/null").c_str());
  return {WEXITSTATUS(status), ReadFile(out), ReadFile(err)};
}

std::string Simulated(const Surroundings& surroundings, const std::string& command) {
  return surroundings.prefix + Here("tools/cmapsim") + " run -- " + command;
}

struct Way {
  std::string name;
  std::string command;     // sets KEY
  bool simulated = false;  // in the program itself: nothing of it is on the real host
};

// A script of one line, after its first.
std::string Script(const std::string& name, const std::string& interpreter) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << "#!" << interpreter << "\ncorosync-cmapctl -s KEY u8 1\n";
  chmod(path.c_str(), 0755);
  return path;
}

std::vector<Way> Ways() {
  const std::string children = Here("fixtures/isolation/children");
  const std::string setter = Here("fixtures/isolation/static_setter");
  std::vector<Way> ways = {
      {"sh", "sh -c 'corosync-cmapctl -s KEY u8 1'"},
      {"sh_list", "sh -c 'corosync-cmapctl -s KEY u8 1; true'"},
      {"bash_exec", "bash -c 'exec corosync-cmapctl -s KEY u8 1'"},
      {"bash_substitution", "bash -c 'x=$(corosync-cmapctl -s KEY u8 1)'"},
      {"bash_background", "bash -c 'corosync-cmapctl -s KEY u8 1 & wait'"},
      {"env", "env X=1 corosync-cmapctl -s KEY u8 1"},
      {"env_i", "env -i " + children + " set KEY"},
      {"env_script", Script("env_script", "/usr/bin/env bash")},
      {"sh_script", Script("sh_script", "/bin/sh")},
      {"timeout", "timeout 60 corosync-cmapctl -s KEY u8 1"},
      {"nohup", "nohup corosync-cmapctl -s KEY u8 1"},
      {"static", "sh -c '" + setter + " KEY; true'"},
      {"thread", children + " thread " + children + " KEY", true},
  };
  for (const char* name : {"system", "popen", "posix_spawn", "vfork", "clone", "daemon",
                           "double_daemon", "double_fork", "no_preload"}) {
    ways.push_back({name, children + " " + name + " " + children + " KEY"});
  }
  return ways;
}

std::string WithKey(std::string command, const std::string& key) {
  // A script has the key in itself.
  if (command.find("KEY") == command.npos) {
    std::string text = ReadFile(command);
    text.replace(text.find("KEY"), 3, key);
    command += "." + key;
    std::ofstream(command) << text;
    chmod(command.c_str(), 0755);
    return command;
  }
  for (size_t at = 0; (at = command.find("KEY", at)) != command.npos;) command.replace(at, 3, key);
  return command;
}

bool IsSet(const std::string& key) { return Execute("corosync-cmapctl -g " + key).status == 0; }

// Runs `body` beside a daemon of its own; the text is what went wrong.
std::string Beside(Transport transport, const std::function<std::string()>& body) {
  const auto text = RunInSandbox([&]() -> std::string {
    Daemon daemon({.transport = transport});
    if (const auto started = daemon.Start(); !started) return started.error();
    return body();
  });
  return text ? *text : text.error();
}

class IsolationLiveTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access(kCorosync, X_OK) != 0) {
      GTEST_SKIP() << kCorosync << " is missing: install the package corosync";
    }
    if (const auto missing = SandboxUnavailable()) GTEST_SKIP() << *missing;
  }
};

class IsolationInTest : public IsolationLiveTest,
                        public testing::WithParamInterface<Surroundings> {};

TEST_F(IsolationLiveTest, WithoutTheCommandEachWaySetsItsKey) {
  EXPECT_EQ(Beside(Transport::kShm,
                   [] {
                     std::string wrong;
                     for (const Way& way : Ways()) {
                       Execute(WithKey(way.command, "test." + way.name));
                       if (!IsSet("test." + way.name)) wrong += way.name + " sets no key\n";
                     }
                     return wrong;
                   }),
            "");
}

TEST_P(IsolationInTest, NoWayReachesADaemon) {
  const Surroundings& surroundings = GetParam();
  EXPECT_EQ(
      Beside(Transport::kShm,
             [&] {
               std::string wrong;
               for (const Way& way : Ways()) {
                 const std::string key = "test." + way.name;
                 const Result result = Execute(Simulated(surroundings, WithKey(way.command, key)));
                 if (IsSet(key)) wrong += way.name + " reaches the daemon\n";
                 const bool told = result.err.find("on the real host") != result.err.npos;
                 if (told == way.simulated && surroundings.calls) {
                   wrong += way.name + (told ? " is told:\n" : " is not told:\n") + result.err;
                 }
                 if (result.status > 1) wrong += way.name + " cannot run: " + result.err;
               }
               return wrong;
             }),
      "");
}

// A client that stays connected, with what libqb has for it.
class Client {
 public:
  Client() {
    const std::string file = testing::TempDir() + "/client";
    std::filesystem::remove(file);
    pipe_ =
        popen(("echo $$ >" + file + "; exec corosync-cmapctl -t test. >/dev/null").c_str(), "w");
    std::string pid;
    while (!pid.ends_with('\n')) pid = ReadFile(file);
    part_of_names_ = "-" + pid.substr(0, pid.size() - 1) + "-";
  }
  ~Client() {
    std::fputs("q\n", pipe_);
    pclose(pipe_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // A file in /dev/shm.
  [[nodiscard]] std::string File() const {
    std::string path;
    while (path.empty()) {
      for (const auto& folder : std::filesystem::directory_iterator("/dev/shm")) {
        if (folder.path().string().find(part_of_names_) == std::string::npos) continue;
        for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
          if (file.path().string().ends_with("-header")) path = file.path();
        }
      }
    }
    return path;
  }

 private:
  FILE* pipe_ = nullptr;
  std::string part_of_names_;
};

// What the program prints instead of "reached".
std::string Refusal(const Result& result) {
  return result.out.find("reached") == result.out.npos && !result.out.empty()
             ? std::string()
             : "printed: " + result.out + result.err;
}

TEST_P(IsolationInTest, SystemCallsOfTheProgramItselfDoNotReachADaemon) {
  const std::string children = Here("fixtures/isolation/children");
  EXPECT_EQ(Beside(Transport::kShm,
                   [&] {
                     std::string wrong;
                     for (const char* way : {" raw_connect", " raw_child"}) {
                       if (Execute(children + way).out != "reached\n") wrong += "control\n";
                       wrong += Refusal(Execute(Simulated(GetParam(), children + way)));
                     }
                     return wrong;
                   }),
            "");
}

TEST_P(IsolationInTest, FilesOfLibqbAreNotOpened) {
  const std::string children = Here("fixtures/isolation/children");
  EXPECT_EQ(Beside(Transport::kShm,
                   [&]() -> std::string {
                     const Client client;
                     const std::string path = client.File();
                     const std::string link = testing::TempDir() + "/link";
                     std::filesystem::remove(link);
                     if (symlink(path.c_str(), link.c_str()) != 0) return "no link";
                     std::string wrong;
                     for (const std::string& name : {path, link}) {
                       const std::string command = children + " open " + name;
                       if (Execute(command).out != "reached\nreached\n") wrong += "control\n";
                       const Result result = Execute(Simulated(GetParam(), command));
                       wrong += Refusal(result);
                       const bool told =
                           result.err.find("refused 2 uses of libqb files") != result.err.npos;
                       if (told == GetParam().namespaces) wrong += result.err;
                     }
                     return wrong;
                   }),
            "");
}

// libqb's transport over sockets. A daemon's own take nothing but from their client, so that without the command
// nothing would be reached either.
TEST_P(IsolationInTest, DatagramsToNamesThatLibqbGivesAreRefused) {
  const auto text = RunInSandbox([&]() -> std::string {
    const std::string name = "/dev/shm/qb-71-94-31-Ab12Cd/qb-cmap-request";
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path + 1, name.c_str());
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return "no socket";
    const std::string command = Here("fixtures/isolation/children") + " sendto " + name;
    std::string wrong;
    if (Execute(command).out != "reached\nreached\nreached\n") wrong += "control\n";
    const Result result = Execute(Simulated(GetParam(), command));
    wrong += Refusal(result);
    const char* const told = "refused 3 connections to corosync services: cmap, by ";
    if ((result.err.find(told) != result.err.npos) != GetParam().calls) wrong += result.err;
    return wrong;
  });
  EXPECT_EQ(text ? *text : text.error(), "");
}

// libqb's sockets are files where /etc/libqb/force-filesystem-sockets is.
TEST_P(IsolationInTest, SocketsThatAreFilesAreNotReached) {
  const std::string children = Here("fixtures/isolation/children");
  const auto text = RunInSandbox([&]() -> std::string {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, "/run/cmap");
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd, 64) != 0 || symlink("/run/cmap", "/run/link") != 0) {
      return "no socket";
    }
    std::string wrong;
    for (const std::string& command :
         {children + " connect /run/cmap", children + " connect /run/link",
          children + " connect /run/../run/cmap",
          "sh -c 'cd /run && " + children + " connect cmap; true'",
          "sh -c '" + children + " connect /run/link; true'"}) {
      if (Execute(command).out != "reached\n") wrong += "control: " + command + "\n";
      wrong += Refusal(Execute(Simulated(GetParam(), command)));
    }
    return wrong;
  });
  EXPECT_EQ(text ? *text : text.error(), "");
}

INSTANTIATE_TEST_SUITE_P(Surroundings, IsolationInTest, testing::ValuesIn(AllSurroundings()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_F(IsolationLiveTest, WhereNeitherLayerCanBeHadNothingIsRun) {
  const std::string mark = testing::TempDir() + "/mark";
  const Result result = Execute(Simulated(
      {"Neither", WithoutNamespaces() + UnderSupervisor(), false, false}, "touch " + mark));
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_FALSE(std::filesystem::exists(mark));
  EXPECT_NE(result.err.find("cannot be kept from a real corosync here: namespaces: clone: "),
            result.err.npos)
      << result.err;
  EXPECT_NE(result.err.find("--security-opt seccomp=unconfined"), result.err.npos) << result.err;
}

}  // namespace
}  // namespace cmapsim
