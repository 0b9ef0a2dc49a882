/** Small sequence VAEs and data for them. */
import { random, tf } from "latent";
import { sequenceVae, type SequenceVae } from "latent/models";

export const SIZES = { observation: [3], latent: 2, actions: 1 } as const;

/** A small model with the given parts. */
export function small(options: Partial<sequenceVae.SequenceVaeOptions> = {}, seed = 0): SequenceVae {
  const { prior, encoder, decoder, ...others } = options;
  return sequenceVae.init(random.key(seed), {
    ...SIZES,
    body: { kind: "mlp", hidden: [6] },
    ...others,
    prior: { hidden: [7], recurrent: 4, ...prior },
    encoder: { hidden: [7], features: 5, size: 4, ...encoder },
    decoder: { sigma: 0.5, ...decoder },
  });
}

/** Observations and actions of T steps of B sequences. */
export function data(steps = 6, batch = 3, seed = 1) {
  const [observationKey, actionKey] = random.split(random.key(seed));
  return {
    observations: random.normal(observationKey, [steps, batch, 3]),
    actions: random.normal(actionKey, [steps, batch, 1]),
  };
}

/** Returns a tree of tensors from nested lists of numbers. */
export function toTensors(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isNumbers = value.flat(9).every((x) => typeof x === "number");
    return isNumbers ? tf.tensor(value as number[]) : value.map((x) => toTensors(x));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, x]) => [name, name === "observation" ? (x as unknown) : toTensors(x)]),
  );
}
