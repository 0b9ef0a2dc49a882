import * as tf from "@tensorflow/tfjs";

/** Fixes the shape of argMax and argMin of a vector, which is [1] instead of [] in tfjs's WebGPU kernels. */
export function repairKernels(): void {
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
