// The addon that Node loads instead of tfjs-node's. It loads the real one without TensorFlow's message on
// stderr.
//
// libtensorflow_framework announces its oneDNN kernels on stderr while the library is loaded, before its log can
// be configured, so stderr is redirected during that time. TF_CPP_MIN_LOG_LEVEL=0 turns the redirection off.

#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

// Redirects stderr to /dev/null during its lifetime.
class QuietStderr {
 public:
  QuietStderr() {
    const char *level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
    if (level != nullptr && std::strcmp(level, "0") == 0) return;
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    kept_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (kept_ >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~QuietStderr() {
    if (kept_ < 0) return;
    dup2(kept_, STDERR_FILENO);
    close(kept_);
  }
  QuietStderr(const QuietStderr &) = delete;
  QuietStderr &operator=(const QuietStderr &) = delete;

 private:
  int kept_ = -1;
};

}  // namespace

NAPI_MODULE_INIT() {
  // The set-up links this file with an rpath to the folder of the real addon, where dlopen finds it.
  void *library = nullptr;
  {
    const QuietStderr quiet;
    library = dlopen(LATENT_ADDON, RTLD_NOW | RTLD_LOCAL);
  }
  void *start = library == nullptr ? nullptr : dlsym(library, "napi_register_module_v1");
  if (start == nullptr) {
    const std::string reason = std::string("tfjs_binding.node: ") + dlerror();
    napi_throw_error(env, nullptr, reason.c_str());
    return nullptr;
  }
  return reinterpret_cast<napi_addon_register_func>(start)(env, exports);
}
