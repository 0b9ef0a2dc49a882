import * as tf from "@tensorflow/tfjs";
import { detached } from "../core/tensor/grad";
import * as random from "../core/random";

/**
 * Draws binary images from grey ones: x_d ~ Bern(grey level of pixel d).
 *
 * Applied once to the whole data set this is static binarization; with a new key for each minibatch it is
 * dynamic binarization, which overfits less (Salakhutdinov & Murray 2008; Burda et al. 2016, section 5).
 *
 * @param images grey levels in [0, 1], any shape.
 * @returns zeros and ones as float32, of the same shape, without a gradient.
 */
export function binarize(images: tf.Tensor, key: random.Key): tf.Tensor {
  return tf.tidy(() => {
    const u = random.uniform(key, images.shape);
    return detached((grey) => u.less(grey).cast("float32"), images);
  });
}
