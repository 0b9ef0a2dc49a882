import * as tf from "@tensorflow/tfjs";
import { DataType, typeAttribute, type NativeBackend } from "../../core/backend/native";

/** tfjs-node's `gather` reads its indices to check them, which cannot be traced; this one omits the check. */
const gather: tf.KernelConfig = {
  kernelName: tf.GatherV2,
  backendName: "tensorflow",
  kernelFunc: ({ inputs, attrs, backend }) => {
    const native = backend as NativeBackend;
    const { binding, tensorMap } = native;
    const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs;
    const dtype = (tensor: tf.TensorInfo): number => tensorMap.get(tensor.dataId).dtype;
    const axisTensor = tf.scalar(axis, "int32");
    const result = native.executeSingleOutput(
      "GatherV2",
      [
        { name: "batch_dims", type: binding.TF_ATTR_INT, value: batchDims },
        typeAttribute(binding, "Tparams", dtype(x)),
        typeAttribute(binding, "Tindices", dtype(indices)),
        typeAttribute(binding, "Taxis", DataType.int32),
      ],
      [x, indices, axisTensor],
    );
    axisTensor.dispose();
    return result;
  },
};

/** Replaces tfjs kernels that cannot be traced; the returned function restores them. */
export function registerRecordableKernels(): () => void {
  const stock = tf.getKernel(gather.kernelName, gather.backendName);
  const replace = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  };
  replace(gather);
  return () => replace(stock);
}
