import { random, tf } from "latent";
import { betaVae, vae } from "latent/models";
import { expect, test } from "vitest";

const model = vae.init(random.key(1), { data: 6, hidden: [5], latent: 2 });
const x = random.uniform(random.key(2), [3, 6]).round();
const terms = vae.elboTerms(model, x, random.key(3));

test("equals the ELBO at β = 1 and the reconstruction at β = 0, and is linear in β", () => {
  expect(betaVae.objective(terms, 1)).toBeNear(terms.elbo, { abs: 1e-6 });
  expect(betaVae.objective(terms, 0)).toBeNear(terms.reconstruction, {});
  const fall = betaVae.objective(terms, 2).sub(betaVae.objective(terms, 4));
  expect(fall).toBeNear(tf.mul(terms.kl, 2), { abs: 1e-5 }); // differences of numbers of order 10 in float32
  expect(() => betaVae.objective(terms, 4)).toLeaveTensors(1);
});

test("throws if β is negative", () => {
  expect(() => betaVae.objective(terms, -0.5)).toThrow(
    new Error("betaVae.objective: beta must be a finite number >= 0, got -0.5; beta = 1 gives the ELBO"),
  );
});

test("throws if the terms differ in shape", () => {
  const reconstruction = tf.ones([3]);
  expect(() => betaVae.objective({ reconstruction, kl: tf.ones([3, 1]) }, 2)).toThrow(
    new Error(
      "betaVae.objective: reconstruction and kl must have the same shape [B], got [3] and [3, 1]; " +
        "reduce to one value per image",
    ),
  );
  expect(() => betaVae.objective({ reconstruction, kl: tf.ones([3]).mean() }, 2)).toThrow(
    /got \[3\] and \[\];/,
  );
});
