import { adam, fit, random, schedules, tf, useBackend } from "latent";
import { oneHotCategorical } from "latent/distributions";
import { dense, embedding, sinusoidalPositions, transformer } from "latent/nn";

await useBackend();
const [TIME, SYMBOLS, SIZE] = [8, 10, 32];
const [tableKey, bodyKey, headKey, fitKey] = random.split(random.key(6), 4);

// Learn to read a sequence of digits backwards. Sequences have time first: [T, B].
const params = {
  table: embedding.init(tableKey, SYMBOLS, SIZE),
  body: transformer.init(bodyKey, { size: SIZE, heads: 4, hidden: 64, blocks: 2 }),
  head: dense.init(headKey, SIZE, SYMBOLS),
};
const positions = sinusoidalPositions(TIME, SIZE); // captured by the step

await fit({
  params,
  data: (_, key) => random.randint(key, [TIME, 64], { max: SYMBOLS }),
  loss: ({ table, body, head }, x) => {
    const h = transformer.apply(body, embedding.apply(table, x).mul(Math.sqrt(SIZE)).add(positions)); // [T, B, E]
    const p = oneHotCategorical(dense.apply(head, h)); //                                               [T, B] of [10]
    const y = tf.reverse(x, 0);
    const correct = p.categories().mode().equal(y).cast("float32").mean();
    return [p.categories().logProb(y).mean().neg(), { correct }];
  },
  optimizer: adam({ learningRate: schedules.warmup({ steps: 50, then: 3e-3 }) }),
  steps: 500,
  key: fitKey,
  every: 100,
  report: ({ step, metrics: { correct = NaN } }) => {
    if (step === 500)
      console.log(`the last 100 steps: ${(100 * correct).toFixed(0)} % of the digits are right`);
  },
});
