import { adam, type Compiler, jit, type Key, random, tf, tree, valueAndGrad } from "latent";
import type { Batch, BenchModel, Sizes } from "./model";
import { models, type ModelName } from "./models";
import type { Variant } from "./protocol";

/** The initial parameters and the minibatches of all contenders. */
export interface Start {
  readonly params: unknown;
  readonly batches: readonly Batch[];
}

/** The smallest number of minibatches, which are used in a cycle. */
const BATCHES = 8;
const [PARAMETERS, DATA, DRAWS] = [1, 2, 3];

/** Returns the initial parameters and minibatches, which depend only on the model and its sizes. */
export function createStart(name: ModelName, sizes: Sizes): Start {
  const model: BenchModel = models[name];
  const keys = random.split(random.key(DATA), Math.max(BATCHES, model.stepsPerCall ?? 1));
  return {
    params: model.init(random.key(PARAMETERS), sizes),
    batches: keys.map((key) => model.batch(key, sizes)),
  };
}

/** A training run of this library. */
export interface Trainer {
  /** The number of parameters. */
  readonly parameters: number;
  /** Runs a number of steps, rounded up to whole calls; returns the loss of the last one. */
  run(steps: number): number;
  dispose(): void;
}

/**
 * Prepares a run with Adam and a learning rate of 1e-3; the state is in TensorFlow variables, and each call
 * runs `steps` steps.
 */
export function makeTrainer(name: ModelName, sizes: Sizes, { form, steps }: Variant): Trainer {
  const model: BenchModel = models[name];
  const { params, batches } = createStart(name, sizes);
  const optimizer = adam({ learningRate: 1e-3 });
  const initial = { params, optimizer: optimizer.init(params) };
  const update = (state: typeof initial, batch: Batch, key: Key) => {
    const loss = (theta: unknown): tf.Tensor => model.loss(theta, batch, key);
    const { value, grads } = valueAndGrad(loss)(state.params);
    const next = optimizer.update(grads, state.optimizer, state.params);
    return [{ params: next.params, optimizer: next.state }, value] as const;
  };
  const options = { compiler: form as Compiler | "auto", name };
  const step = jit.stateful(update, initial, steps === 1 ? options : { ...options, steps });
  const inputs = steps === 1 ? batches : [stack(batches.slice(0, steps))];
  const parameters = tree.size(params);
  tree.dispose([initial, ...(steps === 1 ? [] : batches)]);
  let key = random.key(DRAWS);
  let calls = 0;
  return {
    parameters,
    run(count) {
      let last: tf.Tensor | undefined;
      for (let done = 0; done < count; done += steps) {
        last?.dispose();
        // As in bench/peers/train_step_jax.py, so that both use the same random numbers.
        const [nextKey, stepKey] = random.split(key);
        last = step(inputs[calls % inputs.length] as Batch, stepKey);
        key = nextKey;
        calls += 1;
      }
      const loss = last?.dataSync().at(-1) ?? NaN;
      last?.dispose();
      return loss;
    },
    dispose() {
      step.dispose();
      tree.dispose(inputs);
    },
  };
}

function stack([first, ...others]: readonly Batch[]): Batch {
  return tree.map((...leaves) => tf.stack(leaves), first as Batch, ...others);
}
