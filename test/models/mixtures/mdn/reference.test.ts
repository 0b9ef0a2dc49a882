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

function layer({ weights, bias }: Layer): mdn.Mdn["mu"] {
  return {
    weights: tf.tensor2d(weights),
    bias: tf.tensor1d(bias),
  };
}

describe.each(networks)(
  "mdn with the weights of a NumPy network, %#",
  ({ x, y, logProb, responsibilities, trunk, ...heads }) => {
    const params: mdn.Mdn = {
      trunk: { layers: trunk.map(layer), activation: "tanh" },
      logits: layer(heads.logits),
      mu: layer(heads.mu),
      rawSigma: layer(heads.rawSigma),
    };
    const pairs = [tf.tensor2d(x), tf.tensor2d(y)] as const;

    // Sums of up to six float32 terms of about 1 are accurate to 1e-6; a residual of 10 σ enlarges that
    // tenfold
    // in log p.
    test("logProb agrees with SciPy", () => {
      expect(mdn.logProb(params, ...pairs)).toBeNear(logProb, { abs: 1e-5, rel: 1e-5 });
    });

    test("responsibilities agree with SciPy", () => {
      expect(mdn.responsibilities(params, ...pairs)).toBeNear(responsibilities.flat(), { abs: 1e-5 });
    });
  },
);
