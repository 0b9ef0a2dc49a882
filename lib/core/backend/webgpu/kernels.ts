import * as tf from "@tensorflow/tfjs";

/** Replaces kernels of tfjs's WebGPU backend whose results are wrong. */
export function repairKernels(): void {
  repairArguments();
  repairCast();
}

/** Fixes the shape of argMax and argMin of a vector, which is [1] instead of []. */
function repairArguments(): void {
  for (const kernelName of ["ArgMax", "ArgMin"]) {
    const config = tf.getKernel(kernelName, "webgpu");
    const kernelFunc: tf.KernelFunc = (call) => {
      const result = config.kernelFunc(call) as tf.TensorInfo;
      return call.inputs["x"]?.shape.length === 1 ? { ...result, shape: [] } : result;
    };
    tf.unregisterKernel(kernelName, "webgpu");
    tf.registerKernel({ ...config, kernelFunc });
  }
}

/**
 * Converts integers and booleans to float32. tfjs only changes the type that the tensor states, and the
 * convolution of images with three channels then reads integers where its shader expects float32.
 */
function repairCast(): void {
  const cast = tf.getKernel("Cast", "webgpu");
  const multiply = tf.getKernel("Multiply", "webgpu");
  const kernelFunc: tf.KernelFunc = (call) => {
    const result = cast.kernelFunc(call) as tf.TensorInfo;
    if (result.dtype !== "float32" || call.inputs["x"]?.dtype === "float32") return result;
    const backend = call.backend as Pick<tf.KernelBackend, "write" | "disposeData">;
    const one: tf.TensorInfo = {
      dataId: backend.write(Float32Array.of(1), [], "float32"),
      shape: [],
      dtype: "float32",
    };
    const converted = multiply.kernelFunc({ ...call, inputs: { a: result, b: one } });
    for (const { dataId } of [result, one]) backend.disposeData(dataId);
    return converted;
  };
  tf.unregisterKernel("Cast", "webgpu");
  tf.registerKernel({ ...cast, kernelFunc });
}
