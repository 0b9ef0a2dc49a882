import * as tf from "@tensorflow/tfjs";

/** An operation on tfjs's gradient tape. */
interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor | undefined>>;
}

/** The part of tfjs's engine that records operations for gradients. */
interface Recorder {
  readonly state: { readonly activeTape: TapeNode[] | null };
  addTapeNode(
    name: string,
    inputs: TapeNode["inputs"],
    outputs: readonly tf.Tensor[],
    gradient: unknown,
    saved: readonly tf.Tensor[] | undefined,
    attributes: unknown,
  ): void;
}

/** Operations that are constant almost everywhere, and have no gradient in tfjs. */
const COMPARISONS = [
  ...[tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual],
  ...[tf.LogicalAnd, tf.LogicalOr],
];

let isInstalled = false;

/**
 * Completes the gradients of tfjs: second derivatives through operations whose gradients are functions of
 * their outputs (exp, tanh, sigmoid, softmax), of `elu`, of operations whose gradients compare (max, min,
 * clip), and of a stack of one tensor. What still has no second derivative is an error that names the
 * operation.
 */
export function completeGradients(): void {
  if (isInstalled) return;
  isInstalled = true;
  recordCopiesAfterTheirOriginals();
  for (const kernelName of COMPARISONS)
    tf.registerGradient({
      kernelName,
      inputsToSave: ["a", "b"],
      gradFunc: (_, [a, b]) => ({
        a: () => tf.zeros((a as tf.Tensor).shape),
        b: () => tf.zeros((b as tf.Tensor).shape),
      }),
    });
  tf.registerGradient({
    kernelName: tf.LogicalNot,
    inputsToSave: ["x"],
    gradFunc: (_, [x]) => ({ x: () => tf.zeros((x as tf.Tensor).shape) }),
  });
  tf.registerGradient({ kernelName: tf.Unpack, gradFunc: gradientOfUnpack });
  tf.registerGradient({ kernelName: tf.EluGrad, inputsToSave: ["dy", "y"], gradFunc: gradientOfEluGrad });
}

/** The gradient of unstack; that of tfjs fails for an axis of size 1, as the second one of stack does. */
const gradientOfUnpack: tf.GradFunc = (dy: tf.Tensor | tf.Tensor[], _, attributes) => {
  const { axis } = attributes as unknown as tf.UnpackAttrs;
  return { value: () => tf.stack(Array.isArray(dy) ? dy : [dy], axis) };
};

/** The gradient of dy · (y + 1 where y < 0, otherwise 1), with y = elu(x). */
const gradientOfEluGrad: tf.GradFunc = (d, saved) => {
  const [g, dy, y] = [d, ...saved] as [tf.Tensor, tf.Tensor, tf.Tensor];
  const isNegative = (): tf.Tensor => y.less(0).cast("float32");
  return {
    dy: () => g.mul(y.minimum(0).add(1)),
    y: () => g.mul(dy).mul(isNegative()),
  };
};

/**
 * For a gradient, tfjs saves a copy of an output, and records that copy before the operation itself. A
 * backward pass in the reverse order of the record reaches the operation first, and what arrives later at the
 * copy is lost: ∂²eˣ/∂x² = 0. This records the operation before the copies of its outputs.
 */
function recordCopiesAfterTheirOriginals(): void {
  const engine = tf.engine() as unknown as Recorder;
  const record = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (name, inputs, outputs, gradient, saved, attributes) => {
    record(name, inputs, outputs, gradient, saved, attributes);
    const tape = engine.state.activeTape;
    if (tape === null || saved === undefined) return;
    const ids = new Set(outputs.map((x) => x.id));
    const isCopy = (node: TapeNode): boolean => Object.values(node.inputs).some((x) => x && ids.has(x.id));
    const earliest = Math.max(0, tape.length - 1 - saved.length);
    const first = tape.findIndex((node, i) => i >= earliest && isCopy(node));
    if (first >= 0) tape.splice(first, 0, ...tape.splice(-1));
  };
}
