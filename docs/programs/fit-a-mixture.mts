import { random, tf, useBackend } from "latent";
import { categorical, mixtureSameFamily, multivariateNormal } from "latent/distributions";
import { gmm } from "latent/models";

await useBackend();
/** The number in a scalar tensor. */
const numberIn = (x: tf.Tensor): number => x.dataSync()[0] ?? NaN;
const [trainKey, testKey, fitKey] = random.split(random.key(1), 3);

// Points [N, 2] from three clusters; the third is wide in one direction.
const truth = mixtureSameFamily(
  categorical(tf.log([0.5, 0.3, 0.2])),
  multivariateNormal(
    tf.tensor2d([[0, 0], [6, 0], [2, 6]]), // prettier-ignore
    tf.tensor3d([[[1, 0], [0, 1]], [[0.6, 0], [0.3, 0.6]], [[2, 0], [1, 0.4]]]), // prettier-ignore
  ),
);
const train = truth.sample(trainKey, [600]);
const test = truth.sample(testKey, [2000]);

for (const components of [1, 2, 3, 4, 5]) {
  const { params } = await gmm.fit(train, { components, key: random.fold(fitKey, components), starts: 5 });
  const heldOut = numberIn(gmm.logProb(params, test).mean()); // nats per point
  console.log(`K = ${components}: held-out log p(x) = ${heldOut.toFixed(2)}`);
}
console.log(`truth: held-out log p(x) = ${numberIn(truth.logProb(test).mean()).toFixed(2)}`);
