/** What all conditional VAEs share: everything except the networks. */
import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { showShape, sizeOf, type Shape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Distribution, Reparameterized } from "../../distributions/base/distribution";
import { hasClosedForm, kl } from "../../distributions/kl";
import { importanceBound } from "../../inference/bounds/importance";
import type { ElboTerms } from "../vae/autoencoder";

/**
 * The lecture's picture of a conditional model: an encoder, a decoder and a prior that all may see x. Each
 * can be any network.
 *
 * X is the type of a batch of evidence: a tensor [B, ...], or a tree of tensors with that leading axis, such
 * as `{ images, state }`. Q is the type of the approximate posterior.
 */
export interface CvaeNetworks<X = tf.Tensor, Q extends Reparameterized = Reparameterized> {
  /** q_φ(z|x, y) of x and y [B, ...]: a batch [B]. */
  readonly encoder: (x: X, y: tf.Tensor) => Q;
  /** p_θ(y|x, z) of x and z [B, ...]: a batch [B] over what y is made of. */
  readonly decoder: (x: X, z: tf.Tensor) => Distribution;
  /** p_θ(z|x) of x [B, ...], a batch [B]; or p(z), one distribution, if it does not depend on x. */
  readonly prior: (x: X) => Distribution;
}

/** A batch of pairs (x, y), as the data of `fit`. */
export interface Pairs<X = tf.Tensor> {
  /** The evidence: a tensor [B, ...], or a tree of them. */
  readonly x: X;
  /** What is to be predicted, [B, ...]. */
  readonly y: tf.Tensor;
}

/** Options of `cvae.logProb`. */
export interface CvaeLogProbOptions {
  /** K, the number of draws of z for each pair. */
  readonly draws: number;
  /** The number of draws decoded at once, 12,500 by default, which bounds the memory used. */
  readonly atOnce?: number;
}

/**
 * Returns the evidence lower bound of each pair and its two terms, each [B] in nats, with one reparameterized
 * draw: log p(y|x) ≥ E_q[log p_θ(y|x, z)] − KL(q_φ(z|x, y) ‖ p(z|x)).
 *
 * Lecture, "Conditional models": L = E_q[log p_θ(y|x, z) + log p(z|x)] + H(q_φ(z|x, y)); Sohn et al. 2015,
 * "Learning structured output representation using deep conditional generative models". The divergence is in
 * closed form where there is one, and log q(z|x, y) − log p(z|x) at the draw otherwise.
 *
 * @throws if x and y differ in their numbers of rows, or a network returns a distribution of another shape.
 */
export function elboTerms<X>(networks: CvaeNetworks<X>, batch: Pairs<X>, key: random.Key): ElboTerms {
  const caller = "cvae.elboTerms";
  checkPairs(caller, batch);
  return tree.tidy(() => {
    const { x, y } = batch;
    const { q, p } = posteriorAndPrior(caller, networks, batch); // q_φ(z|x, y), p(z|x)     [B] of [Z]
    const z = q.sample(key); //                                     z = μ + σ ⊙ ε           [B, Z]
    const reconstruction = decoded(caller, networks, x, z, y).logProb(y); // log p_θ(y|x, z) [B]
    const divergence = hasClosedForm(q, p) ? kl(q, p) : q.logProb(z).sub(p.logProb(z)); // KL(q ‖ p(z|x))  [B]
    return { elbo: reconstruction.sub(divergence), reconstruction, kl: divergence };
  });
}

/**
 * Returns the evidence lower bound of each pair in nats, [B]: `elboTerms` without the terms.
 *
 * @throws as `elboTerms`.
 */
export function elbo<X>(networks: CvaeNetworks<X>, batch: Pairs<X>, key: random.Key): tf.Tensor {
  return tf.tidy(() => elboTerms(networks, batch, key).elbo);
}

/**
 * Returns the log importance weights log p_θ(y|x, z_k) + log p(z_k|x) − log q_φ(z_k|x, y), z_k ~ q_φ.
 *
 * `logMeanExp` over K, differentiated, is the importance-weighted bound on log p(y|x) (Burda et al. 2016).
 *
 * @param draws K, the number of draws for each pair.
 * @returns [K, B], in nats.
 * @throws as `elboTerms`, and if draws is not a positive integer.
 */
export function logWeights<X>(
  networks: CvaeNetworks<X>,
  batch: Pairs<X>,
  key: random.Key,
  draws: number,
): tf.Tensor {
  const caller = "cvae.logWeights";
  checkPairs(caller, batch);
  checkCount(caller, "draws", draws, 1);
  return tf.tidy(() => {
    const rows = batch.y.shape[0];
    const { q, p } = posteriorAndPrior(caller, networks, batch);
    const z = q.sample(key, [draws]); //                       z_k ~ q_φ(z|x, y)             [K, B, Z]
    const { x, y } = repeated(batch, draws); //                                              [K·B, ...]
    const flat = z.reshape([draws * rows, ...q.eventShape]);
    const logLikelihood = decoded(caller, networks, x, flat, y).logProb(y).reshape([draws, rows]);
    return logLikelihood.add(p.logProb(z)).sub(q.logProb(z)); // log w_k                     [K, B]
  });
}

/**
 * Returns log p_θ(y|x) of each pair, estimated with K importance-weighted draws: log (1/K) Σ_k w_k.
 *
 * It is a lower bound in expectation, which increases with K towards log p_θ(y|x) (Burda et al. 2016).
 *
 * @param options `draws`: K; `atOnce`: the number of draws that are decoded at once.
 * @returns [B], in nats.
 * @throws as `elboTerms`, and if an option is not a positive integer.
 */
export function logProb<X>(
  networks: CvaeNetworks<X>,
  batch: Pairs<X>,
  key: random.Key,
  options: CvaeLogProbOptions,
): tf.Tensor1D {
  checkPairs("cvae.logProb", batch);
  for (const [name, value] of Object.entries(options)) checkCount("cvae.logProb", name, value as number, 1);
  return tf.tidy(() =>
    importanceBound(
      (rows, part, draws) =>
        logWeights(
          networks,
          tree.map((values) => tf.gather(values, rows), batch),
          part,
          draws,
        ),
      tf.range(0, batch.y.shape[0], 1, "int32"),
      key,
      options,
    ),
  );
}

/**
 * Returns draws of y for each x by ancestral sampling: z ~ p(z|x), then y ~ p_θ(y|x, z).
 *
 * Lecture, "Conditional models", "at test time".
 *
 * @param x evidence, a tensor [B, ...] or a tree of them.
 * @returns [...S, B, ...].
 * @throws if the tensors of x differ in their numbers of rows, or a network returns a distribution of another
 *   shape.
 */
export function sample<X>(
  networks: CvaeNetworks<X>,
  x: X,
  key: random.Key,
  sampleShape: Shape = [],
): tf.Tensor {
  const caller = "cvae.sample";
  const rows = rowsOf(caller, x);
  return tf.tidy(() => {
    const [zKey, yKey] = random.split(key);
    const p = networks.prior(x); //                                 p(z|x)                    [B] or []
    checkBatch(caller, "prior(x)", p, rows, true);
    const shape = p.batchShape.length === 0 ? [...sampleShape, rows] : sampleShape;
    const z = p.sample(zKey, shape); //                             z ~ p(z|x)                [...S, B, Z]
    const count = sizeOf(sampleShape);
    const given = repeated(x, count); //                                                      [S·B, ...]
    const decoder = networks.decoder(given, z.reshape([count * rows, ...p.eventShape]));
    checkBatch(caller, "decoder(x, z)", decoder, count * rows);
    const y = decoder.sample(yKey); //                              y ~ p_θ(y|x, z)           [S·B, ...]
    return y.reshape([...sampleShape, rows, ...decoder.eventShape]);
  });
}

/** q_φ(z|x, y) and p(z|x), with checked shapes. */
function posteriorAndPrior<X>(caller: string, { encoder, prior }: CvaeNetworks<X>, { x, y }: Pairs<X>) {
  const [rows = NaN] = y.shape;
  const [q, p] = [encoder(x, y), prior(x)];
  checkBatch(caller, "encoder(x, y)", q, rows);
  checkBatch(caller, "prior(x)", p, rows, true);
  const [expected, got] = [showShape(q.eventShape), showShape(p.eventShape)];
  if (expected !== got)
    throw new Error(
      `${caller}: prior(x) must be over latent vectors ${expected}, as encoder(x, y), got over ${got}`,
    );
  return { q, p };
}

/** p_θ(y|x, z), with checked shapes. */
function decoded<X>(caller: string, networks: CvaeNetworks<X>, x: X, z: tf.Tensor, y: tf.Tensor) {
  const [rows = NaN, ...event] = y.shape;
  const p = networks.decoder(x, z);
  checkBatch(caller, "decoder(x, z)", p, rows);
  const [expected, got] = [showShape(event), showShape(p.eventShape)];
  if (expected !== got)
    throw new Error(`${caller}: decoder(x, z) must be over outcomes ${expected}, as y, got over ${got}`);
  return p;
}

function checkBatch(caller: string, name: string, d: Distribution, rows: number, orSingle = false): void {
  const { batchShape } = d;
  if ((batchShape.length === 1 && batchShape[0] === rows) || (orSingle && batchShape.length === 0)) return;
  throw new Error(
    `${caller}: ${name} must be a batch [B=${rows}]${orSingle ? " or a single distribution" : ""}, ` +
      `got ${showShape(batchShape)}; make the axes of one outcome event axes with independent`,
  );
}

/** Each tensor of a tree K times, draw k of row b in row k·B + b. */
function repeated<T>(batch: T, draws: number): T {
  return tree.map((x) => tf.tile(x, [draws, ...x.shape.slice(1).map(() => 1)]), batch);
}

function checkPairs<X>(caller: string, { x, y }: Pairs<X>): void {
  const rows = rowsOf(caller, x);
  if (y.shape[0] !== rows)
    throw new Error(
      `${caller}: y must be [B=${rows}, ...], as many rows as x, got ${showShape(y.shape)}; give pairs`,
    );
}

/** B, the length of the leading axis of all tensors of x. */
function rowsOf(caller: string, x: unknown): number {
  const shapes = tree.leaves(x).map(({ shape }) => shape);
  const rows = shapes[0]?.[0];
  const differs = shapes.find((shape) => shape[0] !== rows);
  if (rows === undefined || differs !== undefined)
    throw new Error(
      `${caller}: x must be a tensor [B, ...], or a tree of tensors with one leading axis, ` +
        `got ${shapes.length === 0 ? "none" : shapes.map(showShape).join(", ")}`,
    );
  return rows;
}
