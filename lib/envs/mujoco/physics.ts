import type { Loaded } from "./load";
import { explain } from "./model";
import type { MjData, MjModel, MujocoModule, NamedKind } from "./module";

/** One simulation. */
export interface Physics {
  /** The model; each simulation has its own, so that a task may change it. */
  readonly model: MjModel;
  /** The state and what follows from it. */
  readonly data: MjData;
  /** The duration of a physics step in s. */
  readonly timestep: number;
  /**
   * Returns the index of a named element.
   *
   * @throws if there is none of this kind with this name.
   */
  id(kind: NamedKind, name: string): number;
  /** Returns the name of an element, empty if it has none. */
  nameOf(kind: NamedKind, id: number): string;
  /**
   * Recomputes what follows from positions and velocities, without actuators: after they were set.
   */
  settle(): void;
  /**
   * Begins at the model's own start, then lets `begin` change positions, velocities and the model, and
   * recomputes what follows from them.
   */
  reset(begin: () => void): void;
  /**
   * Moves by n physics steps. Afterwards everything that depends on positions and velocities belongs to the
   * last ones, as in `dm_control` (Tassa et al. 2020, on `legacy_step`).
   *
   * @throws if the simulation became unstable, so that MuJoCo reset it.
   */
  step(n: number): void;
  /** Frees model and data, which cannot be used afterwards; done by `close`. */
  free(): void;
}

/** mjDSBL_ACTUATION */
const NO_ACTUATION = 2048;
/** mjINT_RK4 */
const RUNGE_KUTTA = 1;

/**
 * Returns a simulation of a model, which it owns from now on.
 *
 * @throws if MuJoCo has no memory for it.
 */
export function physicsOf(caller: string, { mj, take }: Loaded, model: MjModel): Physics {
  const data = dataOf(caller, mj, model);
  const { timestep, integrator, disableflags } = model.opt;
  const ids = new Map<string, number>();
  const kindOf = (kind: NamedKind): number =>
    mj.mjtObj[`mjOBJ_${kind.toUpperCase() as Uppercase<NamedKind>}`].value;
  const physics: Physics = {
    model,
    data,
    timestep,
    id(kind, name) {
      const known = ids.get(`${kind} ${name}`);
      if (known !== undefined) return known;
      const found = mj.mj_name2id(model, kindOf(kind), name);
      if (found < 0) throw new Error(`${caller}: the model has no ${kind} named "${name}"`);
      ids.set(`${kind} ${name}`, found);
      return found;
    },
    nameOf: (kind, id) => mj.mj_id2name(model, kindOf(kind), id),
    settle() {
      model.opt.disableflags = disableflags | NO_ACTUATION;
      mj.mj_forward(model, data);
      model.opt.disableflags = disableflags;
    },
    reset(begin) {
      mj.mj_resetData(model, data);
      physics.settle();
      begin();
      physics.settle();
    },
    step(n) {
      const until = data.time + (n - 0.5) * timestep;
      take();
      if (integrator === RUNGE_KUTTA) {
        for (let i = 0; i < n; i++) mj.mj_step(model, data);
      } else {
        mj.mj_step2(model, data); // of the state for which step1 was taken at the end of the last call
        for (let i = 1; i < n; i++) mj.mj_step(model, data);
      }
      mj.mj_step1(model, data);
      if (!(data.time > until))
        throw new Error(
          `${caller}: the simulation became unstable (${take()}); ` +
            "use a smaller timestep or weaker actuators, and call reset",
        );
    },
    free() {
      data.delete();
      model.delete();
    },
  };
  return physics;
}

function dataOf(caller: string, mj: MujocoModule, model: MjModel): MjData {
  let reason: string;
  try {
    return new mj.MjData(model);
  } catch (error) {
    reason = explain(error, mj);
  }
  model.delete();
  throw new Error(`${caller}: no simulation of this model; MuJoCo says: ${reason}`);
}
