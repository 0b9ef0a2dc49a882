import { tf } from "latent";
import { mdn } from "latent/models";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/fixtures";

interface Layer {
  weights: number[][];
  bias: number[];
}
interface Network {
  trunk: Layer[];
  logits: Layer;
  mu: Layer;
  rawSigma: Layer;
  x: number[][];
  y: number[][];
  logProb: number[];
  responsibilities: number[][];
}
const { networks } = fixture("mdn") as { networks: Network[] };

const layer = ({ weights, bias }: Layer): mdn.Mdn["mu"] => ({
  weights: tf.tensor2d(weights),
  bias: tf.tensor1d(bias),
});

describe.each(networks)(
  "a network of NumPy's, %#",
  ({ x, y, logProb, responsibilities, trunk, ...heads }) => {
    const params: mdn.Mdn = {
      trunk: { layers: trunk.map(layer), activation: "tanh" },
      logits: layer(heads.logits),
      mu: layer(heads.mu),
      rawSigma: layer(heads.rawSigma),
    };
    const pairs = [tf.tensor2d(x), tf.tensor2d(y)] as const;

    // Sums of up to six float32 terms of about 1 are right to 1e-6; a residual of 10 σ makes 10 times that of it in log p
    test("has the density that SciPy gives", () => {
      expect(mdn.logProb(params, ...pairs)).toBeNear(logProb, { abs: 1e-5, rel: 1e-5 });
    });

    test("shares pairs out as there", () => {
      expect(mdn.responsibilities(params, ...pairs)).toBeNear(responsibilities.flat(), { abs: 1e-5 });
    });
  },
);
