import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import type { RandomStream } from "../../core/random/stream";
import { canvas } from "../../raster/canvas";
import { lazy } from "../base/lazy";
import { at, box, checkAction, type Box } from "../base/spaces";
import {
  checkSeed,
  type Observed,
  type Raw,
  type StatefulEnvironment,
  type StatefulTransition,
} from "../base/stateful";
import { loadMujoco } from "./load";
import { compileModel, type Mjcf } from "./model";
import { pixelObserver, stateObserver, toTensor } from "./observer";
import { physicsOf, type Physics } from "./physics";
import { scenePainter, type Painter } from "./scene";
import type { MujocoTask } from "./task";

/** Options of {@link mujoco}. */
export interface MujocoOptions {
  /** The number of copies, 1 by default. */
  readonly n?: number;
  /** What is observed: what the task says, or pictures of bytes; `"state"` by default. */
  readonly observe?: "state" | "pixels";
  /** The height and width of a picture in pixels; 64 and 64 by default. */
  readonly size?: readonly [height: number, width: number];
  /** The name or the index of the camera; the first of the model by default, otherwise one from outside. */
  readonly camera?: string | number;
  /** Each pixel is the mean of this number squared of samples; 2 by default. */
  readonly samples?: number;
}

/** Copies of a MuJoCo simulation. */
export interface MujocoEnvironment extends StatefulEnvironment {
  /** The simulation of each row, for probes, planners and starts of one's own. */
  readonly physics: readonly Physics[];
}

/**
 * Opens n copies of a task in MuJoCo 3.3.8, in this process (npm `mujoco-js`, WebAssembly).
 *
 * Row i of `reset(seed)` draws from the seed seed + i. Observations are float32 tensors; `raw` is float64, or
 * bytes for pictures. Pictures have the lights and the flat textures of the model, but no shadows,
 * reflections or highlights.
 *
 * Source: Todorov, Erez and Tassa, MuJoCo: A physics engine for model-based control (2012).
 *
 * @param mjcf the model: its XML, or its XML and the files that it names.
 * @throws if `mujoco-js` is not installed, the model does not compile, or an option is out of range.
 */
export async function mujoco(
  mjcf: Mjcf,
  task: MujocoTask,
  { n = 1, observe = "state", size = [64, 64], camera = 0, samples = 2 }: MujocoOptions = {},
): Promise<MujocoEnvironment> {
  const caller = `mujoco("${task.name}")`;
  checkCount(caller, "n", n, 1);
  checkCount(caller, "samples", samples, 1);
  size.forEach((pixels) => checkCount(caller, "size", pixels, 1));
  const loaded = await loadMujoco(caller);
  const rows: Row[] = [];
  const [height, width] = size;
  let painter: Painter | undefined;
  const painted = (): Painter =>
    (painter ??= scenePainter(`${caller}.render`, firstOf(rows), { height, width, camera, samples }));
  const free = (): void => rows.forEach(({ physics }) => physics.free());
  try {
    // Each row has a model of its own, which its task may change
    for (let i = 0; i < n; i++) {
      const physics = physicsOf(caller, loaded, compileModel(caller, loaded, mjcf));
      rows.push({ physics, random: random.stream(random.key(i)), steps: 0 });
    }
    if (observe === "pixels") painted(); // fails now, if at all
  } catch (error) {
    free();
    throw error;
  }
  const observer = observe === "state" ? stateObserver(task) : pixelObserver(painted, height, width);
  const [actionSpace, observationSpace] = [controlsOf(firstOf(rows)), observer.space];
  let phase: "opened" | "running" | "closed" = "opened";

  function check(name: string): void {
    if (phase === "closed") throw new Error(`${caller}.${name}: it is closed; open it again`);
    if (phase === "opened" && name !== "reset") throw new Error(`${caller}.${name}: call reset first`);
  }

  function begin(row: Row, into: Raw, i: number): void {
    row.physics.reset(() => task.begin(row.physics, row.random));
    row.steps = 0;
    observer.write(into, i, row.physics);
  }

  function advance(actions: ArrayLike<number>): StatefulTransition {
    const finalRaw = observer.allocate(n);
    const [rewards, terminated, truncated] = [new Float32Array(n), new Uint8Array(n), new Uint8Array(n)];
    const ended: number[] = [];
    rows.forEach((row, i) => {
      act(row.physics, actions, i, actionSpace);
      row.physics.step(task.substeps);
      row.steps++;
      rewards[i] = task.reward(row.physics);
      terminated[i] = task.isTerminated?.(row.physics) === true ? 1 : 0;
      truncated[i] = terminated[i] === 0 && row.steps >= task.maxSteps ? 1 : 0;
      observer.write(finalRaw, i, row.physics);
      if (terminated[i] === 1 || truncated[i] === 1) ended.push(i);
    });
    const raw = ended.length === 0 ? finalRaw : finalRaw.slice();
    for (const i of ended) begin(rows[i] as Row, raw, i);
    const [observation, final] = [raw, finalRaw].map((values) =>
      lazy(() => toTensor(values, observer.space)),
    );
    return {
      raw,
      finalRaw,
      reward: tf.tensor1d(rewards),
      terminated: tf.tensor1d(terminated, "bool"),
      truncated: tf.tensor1d(truncated, "bool"),
      get observation() {
        return (observation as () => tf.Tensor)();
      },
      get finalObservation() {
        return (final as () => tf.Tensor)();
      },
    };
  }

  return {
    name: task.name,
    n,
    physics: rows.map(({ physics }) => physics),
    observationSpace,
    actionSpace,
    reset: (seed) =>
      attempt((): Observed => {
        check("reset");
        checkSeed(`${caller}.reset`, seed);
        phase = "running";
        const raw = observer.allocate(n);
        rows.forEach((row, i) => {
          row.random = random.stream(random.key(seed + i));
          begin(row, raw, i);
        });
        const observation = lazy(() => toTensor(raw, observer.space));
        return {
          raw,
          get observation() {
            return observation();
          },
        };
      }),
    async step(action) {
      check("step");
      checkAction(`${caller}.step`, actionSpace, action, n);
      const actions = await action.data();
      const bad = actions.findIndex((value) => Number.isNaN(value));
      if (bad >= 0) throw new Error(`${caller}.step: action must be numbers, got NaN at ${bad}`);
      return advance(actions);
    },
    render: () =>
      attempt(() => {
        check("render");
        const pixels = new Float32Array(n * height * width * 3);
        rows.forEach(({ physics }, i) => {
          const [from, to] = [i, i + 1].map((k) => k * height * width * 3);
          painted()(canvas(width, height, pixels.subarray(from, to)), physics);
        });
        return tf.tensor4d(pixels, [n, height, width, 3]);
      }),
    close: () =>
      attempt(() => {
        if (phase === "closed") return;
        phase = "closed";
        free();
      }),
  };
}

/** A copy, and what is its own. */
interface Row {
  readonly physics: Physics;
  random: RandomStream;
  steps: number;
}

function firstOf([row]: readonly Row[]): Physics {
  return (row as Row).physics; // there is one, because n is positive
}

/** Calls f; what it throws is the promise's. */
function attempt<T>(f: () => T): Promise<T> {
  return new Promise((resolve) => resolve(f()));
}

/** Returns the space of controls. */
function controlsOf(physics: Physics): Box {
  const { nu, actuator_ctrlrange: range, actuator_ctrllimited: limited } = physics.model;
  const bounds = (side: 0 | 1, none: number): number[] =>
    Array.from({ length: nu }, (_, i) => (limited[i] === 1 ? (range[2 * i + side] ?? none) : none));
  const names = Array.from({ length: nu }, (_, i) => physics.nameOf("actuator", i));
  return box([nu], { low: bounds(0, -Infinity), high: bounds(1, Infinity), names });
}

/** Sets the controls of row i, clipped to their bounds. */
function act({ data }: Physics, actions: ArrayLike<number>, i: number, { low, high, shape }: Box): void {
  const { ctrl } = data;
  const [width = 0] = shape;
  for (let k = 0; k < width; k++)
    ctrl[k] = Math.min(at(high, k), Math.max(at(low, k), actions[i * width + k] ?? 0));
}
