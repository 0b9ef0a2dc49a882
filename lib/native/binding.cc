// The native addon: tfjs-node's binding, unchanged, with what compiled functions need beside it.
//
// tfjs-node runs operations one at a time. TensorFlow can also be given a whole function, to be run by its name like
// any operation; the methods added here hand it over, take it back, and list the operations that it may be made of.
// The package's own sources are included, not patched: its init function is called first, ours adds to the exports.

#include <node_api.h>

// The package ends with NAPI_MODULE(name, init), which would declare the addon before we could add to it.
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "binding/tfjs_backend.cc"
#include "binding/tfjs_binding.cc"

namespace latent {

using tfnodejs::TF_AutoStatus;
using tfnodejs::TFJSBackend;

// The package keeps TensorFlow's context private. Access is not checked where a template is instantiated explicitly, so
// this names the member without a change to the class.
TFE_Context *ContextOf(TFJSBackend *backend);
template <TFE_Context *TFJSBackend::*member>
struct ContextAccess {
  friend TFE_Context *ContextOf(TFJSBackend *backend) { return backend->*member; }
};
template struct ContextAccess<&TFJSBackend::tfe_context_>;

// Throws a JavaScript error when TensorFlow refused; true when it did.
bool Failed(napi_env env, const TF_AutoStatus &status) {
  if (TF_GetCode(status.status) == TF_OK) return false;
  napi_throw_error(env, nullptr, TF_Message(status.status));
  return true;
}

// The only argument of a call; a JavaScript error is thrown, and false returned, where it is missing.
bool OnlyArgument(napi_env env, napi_callback_info info, napi_value *argument) {
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, nullptr) == napi_ok && count == 1) return true;
  napi_throw_type_error(env, nullptr, "expected one argument");
  return false;
}

// addFunction(definition: Uint8Array): registers a serialised FunctionDef under the name in it.
napi_value AddFunction(napi_env env, napi_callback_info info) {
  napi_value argument;
  if (!OnlyArgument(env, info, &argument)) return nullptr;
  napi_typedarray_type type;
  size_t length;
  void *data;
  if (napi_get_typedarray_info(env, argument, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    napi_throw_type_error(env, nullptr, "addFunction: expected a Uint8Array");
    return nullptr;
  }
  TF_AutoStatus status;
  TFE_ContextAddFunctionDef(ContextOf(tfnodejs::GetTFJSBackend(env)), static_cast<const char *>(data), length,
                            status.status);
  Failed(env, status);
  return nullptr;
}

// removeFunction(name: string): forgets a registered function and what was compiled for it.
napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  napi_value argument;
  if (!OnlyArgument(env, info, &argument)) return nullptr;
  char name[256];
  size_t length;
  if (napi_get_value_string_utf8(env, argument, name, sizeof name, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "removeFunction: expected a string");
    return nullptr;
  }
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(ContextOf(tfnodejs::GetTFJSBackend(env)), name, status.status);
  Failed(env, status);
  return nullptr;
}

// operations(): every operation that TensorFlow knows, a serialised OpList as a Uint8Array.
napi_value Operations(napi_env env, napi_callback_info) {
  TF_Buffer *list = TF_GetAllOpList();
  void *data;
  napi_value buffer, bytes = nullptr;
  if (napi_create_arraybuffer(env, list->length, &data, &buffer) == napi_ok) {
    memcpy(data, list->data, list->length);
    napi_create_typedarray(env, napi_uint8_array, list->length, buffer, 0, &bytes);
  }
  TF_DeleteBuffer(list);
  return bytes;
}

napi_value Init(napi_env env, napi_value exports) {
  if (tfnodejs::InitTFNodeJSBinding(env, exports) == nullptr) return nullptr;
  const napi_property_descriptor methods[] = {
      {"addFunction", nullptr, AddFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"removeFunction", nullptr, RemoveFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"operations", nullptr, Operations, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  if (napi_define_properties(env, exports, sizeof methods / sizeof methods[0], methods) != napi_ok) return nullptr;
  return exports;
}

}  // namespace latent

NAPI_MODULE_INIT() { return latent::Init(env, exports); }
