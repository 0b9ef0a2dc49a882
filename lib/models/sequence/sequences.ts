import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/tensor/shape";
import type { EncoderInputs } from "./parts/encoder";
import type { SequenceVae } from "./model";
import { observationShape } from "./parts/decoder";
import { sizes } from "./parts/prior";

/** A batch of observed sequences, time first. */
export interface Sequences {
  /** o_1 … o_T, [T, B, O] or images [T, B, S, S, C]. */
  readonly observations: tf.Tensor;
  /** a_1 … a_T of a model with actions, [T, B, A]: a_t is taken at o_t, and the last has no effect. */
  readonly actions?: tf.Tensor;
  /** The number of steps of each sequence, [B]: what comes later is ignored. T by default. */
  readonly lengths?: tf.Tensor;
}

/** Sequences as the model uses them. */
export interface Prepared extends EncoderInputs {
  readonly steps: number;
  readonly batch: number;
}

/** Checks sequences, and shifts their actions to the states that they lead to. */
export function prepare(caller: string, model: SequenceVae, data: Sequences): Prepared {
  const { observations, actions, lengths } = data;
  const shape = observationShape(model.decoder);
  checkShape(caller, "observations", observations, ["T", "B", ...shape]);
  const [steps = 0, batch = 0] = observations.shape;
  if (steps === 0)
    throw new Error(
      `${caller}: observations must have at least one time step, got [${observations.shape.join(", ")}]`,
    );
  checkActions(caller, model, actions, [`T=${steps}`, `B=${batch}`]);
  if (lengths !== undefined) checkShape(caller, "lengths", lengths, [`B=${batch}`]);
  return {
    steps,
    batch,
    observations,
    actionsBefore:
      actions && tf.concat([tf.zerosLike(tf.slice(actions, 0, 1)), tf.slice(actions, 0, steps - 1)]),
    mask: lengths && tf.range(0, steps).expandDims(1).less(lengths.cast("float32")).cast("float32"),
  };
}

/** Checks that actions are given if the model has them, and only then. */
export function checkActions(
  caller: string,
  { prior }: SequenceVae,
  actions: tf.Tensor | undefined,
  leading: readonly string[],
): void {
  const size = sizes(prior).actions;
  const expected = [...leading, `A=${size}`];
  if (actions === undefined) {
    if (size > 0)
      throw new Error(
        `${caller}: the model has actions, so actions must be [${expected.join(", ")}], got none`,
      );
    return;
  }
  if (size === 0)
    throw new Error(
      `${caller}: actions are given ([${actions.shape.join(", ")}]) to a model that has none; ` +
        "give their number to sequenceVae.init",
    );
  checkShape(caller, "actions", actions, expected, "the last action leads out of the sequence: give any");
}
