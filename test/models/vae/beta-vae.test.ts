import { random, tf } from "latent";
import { betaVae, vae } from "latent/models";
import { expect, test } from "vitest";

const model = vae.init(random.key(1), { data: 6, hidden: [5], latent: 2 });
const x = random.uniform(random.key(2), [3, 6]).round();
const terms = vae.elboTerms(model, x, random.key(3));

test("is the ELBO at 1, the reconstruction at 0, and falls by the divergence with each 1 of β", () => {
  expect(betaVae.objective(terms, 1)).toBeNear(terms.elbo, { abs: 1e-6 }); // the same two float32 numbers, subtracted
  expect(betaVae.objective(terms, 0)).toBeNear(terms.reconstruction, {});
  const fall = betaVae.objective(terms, 2).sub(betaVae.objective(terms, 4));
  expect(fall).toBeNear(tf.mul(terms.kl, 2), { abs: 1e-5 }); // differences of numbers of order 10 in float32
  expect(() => betaVae.objective(terms, 4)).toLeaveTensors(1);
});

test("refuses a negative β", () => {
  expect(() => betaVae.objective(terms, -0.5)).toThrow(
    new Error("betaVae.objective: beta must be a finite number >= 0, got -0.5; 1 is the ELBO"),
  );
});

test("refuses terms of different shapes, which would broadcast", () => {
  const reconstruction = tf.ones([3]);
  expect(() => betaVae.objective({ reconstruction, kl: tf.ones([3, 1]) }, 2)).toThrow(
    new Error(
      "betaVae.objective: reconstruction and kl must have one shape, [B], got [3] and [3, 1]; sum or reshape to one number an image",
    ),
  );
  expect(() => betaVae.objective({ reconstruction, kl: tf.ones([3]).mean() }, 2)).toThrow(
    /got \[3\] and \[\];/,
  );
});
