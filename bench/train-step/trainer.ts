import { adam, type Compiler, jit, type Key, random, tf, tree, valueAndGrad } from "latent";
import type { Batch, BenchModel, Sizes } from "./model";
import { models, type ModelName } from "./models";
import type { Variant } from "./protocol";

/** Parameters and minibatches that every contender starts from. */
export interface Start {
  readonly params: unknown;
  readonly batches: readonly Batch[];
}

/** Minibatches that are gone through again and again, at least. */
const BATCHES = 8;
const [PARAMETERS, DATA, DRAWS] = [1, 2, 3];

/** What training starts from; a function of the model and its sizes alone. */
export function start(name: ModelName, sizes: Sizes): Start {
  const model: BenchModel = models[name];
  const keys = random.split(random.key(DATA), Math.max(BATCHES, model.stepsPerCall ?? 1));
  return {
    params: model.init(random.key(PARAMETERS), sizes),
    batches: keys.map((key) => model.batch(key, sizes)),
  };
}

/** A training run of this library's. */
export interface Trainer {
  readonly parameters: number;
  /** Takes at least so many steps; the answer is the loss of the last. */
  run(steps: number): number;
  dispose(): void;
}

/** Prepares a run: Adam with a learning rate of 1e-3, the state in TensorFlow's variables, one call for `steps` steps. */
export function makeTrainer(name: ModelName, sizes: Sizes, { form, steps }: Variant): Trainer {
  const model: BenchModel = models[name];
  const { params, batches } = start(name, sizes);
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
        const [next, here] = random.split(key); // as in bench/peers/train_step_jax.py, so that both draw the same numbers
        last = step(inputs[calls % inputs.length] as Batch, here);
        key = next;
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

const stack = ([first, ...others]: readonly Batch[]): Batch =>
  tree.map((...leaves) => tf.stack(leaves), first as Batch, ...others);
