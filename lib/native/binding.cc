// The native addon: tfjs-node's binding, with the methods that compiled functions need.
//
// tfjs-node runs operations one at a time. TensorFlow can also register whole functions, which are then run by name
// like operations. The methods added here register and remove functions, and list TensorFlow's operations. The
// package's sources are included, not patched: its init function runs first, and ours adds to the exports.

#include <node_api.h>

// The package ends with NAPI_MODULE(name, init), which would declare the addon before ours can add to it.
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "binding/tfjs_backend.cc"
#include "binding/tfjs_binding.cc"

namespace latent {

using tfnodejs::TF_AutoStatus;
using tfnodejs::TFJSBackend;

// TensorFlow's context is a private member of the package's class. Access is not checked in explicit template
// instantiations, which makes it accessible without changing the class.
TFE_Context *ContextOf(TFJSBackend *backend);
template <TFE_Context *TFJSBackend::*member>
struct ContextAccess {
  friend TFE_Context *ContextOf(TFJSBackend *backend) { return backend->*member; }
};
template struct ContextAccess<&TFJSBackend::tfe_context_>;

// Throws a JavaScript error if the status is an error; returns whether it is.
bool Failed(napi_env env, const TF_AutoStatus &status) {
  if (TF_GetCode(status.status) == TF_OK) return false;
  napi_throw_error(env, nullptr, TF_Message(status.status));
  return true;
}

// Gets the only argument of a call; if it is missing, throws a JavaScript error and returns false.
bool OnlyArgument(napi_env env, napi_callback_info info, napi_value *argument) {
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, nullptr) == napi_ok && count == 1) return true;
  napi_throw_type_error(env, nullptr, "expected one argument");
  return false;
}

// addFunction(definition: Uint8Array): registers a serialized FunctionDef under its own name.
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

// removeFunction(name: string): removes a registered function and what was compiled for it.
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

// operations(): returns TensorFlow's operations, a serialized OpList as a Uint8Array.
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
