"""The models of bench/train-step/models in JAX: the whole step under jax.jit, its state donated.

Forms: "jit", and "unrolled", which writes the turns of a recurrent network out instead of looping with lax.scan.
"""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
from jax.nn import relu, sigmoid, softplus
from train_step_worker import serve


def dense(p, name, x):
    return x @ p[f"{name}.weights"] + p[f"{name}.bias"]


def negative_elbo(logits, x, mu, log_sigma):
    """The mean over the batch, whose size is that of mu; everything else is summed."""
    log_likelihood = jnp.sum(x * logits - softplus(logits))
    kl = 0.5 * jnp.sum(mu**2 + jnp.exp(2 * log_sigma) - 1) - jnp.sum(log_sigma)
    return (kl - log_likelihood) / mu.shape[0]


def draw(key, mu, log_sigma):
    return mu + jnp.exp(log_sigma) * jax.random.normal(key, mu.shape)


def mlp_vae(p, batch, key, form):
    x = batch["x"]
    h = relu(dense(p, "encoder.hidden.layers.0", x))
    mu, log_sigma = dense(p, "encoder.mu", h), dense(p, "encoder.logSigma", h)
    h = relu(dense(p, "decoder.hidden.layers.0", draw(key, mu, log_sigma)))
    return negative_elbo(dense(p, "decoder.logits", h), x, mu, log_sigma)


LAYOUT = ("NHWC", "HWIO", "NHWC")


def conv(x, weights):
    return jax.lax.conv_general_dilated(x, weights, (2, 2), "SAME", dimension_numbers=LAYOUT)


def by_input(y, weights):
    """The gradient of conv by an input that is twice as high and wide as y."""
    batch, height, width, _ = y.shape
    x = jnp.zeros((batch, 2 * height, 2 * width, weights.shape[2]))
    return jax.vjp(lambda x: conv(x, weights), x)[1](y)[0]


@jax.custom_vjp
def conv_transpose(y, weights):
    """JAX's own lax.conv_transpose has a gradient that takes four times as long on a CPU; this one is written by hand."""
    return by_input(y, weights)


def conv_transpose_backward(saved, d):
    y, weights = saved
    return conv(d, weights), jax.vjp(lambda w: conv(d, w), weights)[1](y)[0]


conv_transpose.defvjp(lambda y, weights: (by_input(y, weights), (y, weights)), conv_transpose_backward)


def conv_vae(p, batch, key, form):
    x = h = batch["x"]
    for i in range(3):
        h = relu(conv(h, p[f"encoder.convs.{i}.weights"]) + p[f"encoder.convs.{i}.bias"])
    mu, log_sigma = jnp.split(dense(p, "encoder.head", h.reshape(h.shape[0], -1)), 2, axis=1)
    y = relu(dense(p, "decoder.body", draw(key, mu, log_sigma))).reshape(h.shape)
    for i in range(3):
        y = conv_transpose(y if i == 0 else relu(y), p[f"decoder.convs.{i}.weights"]) + p[f"decoder.convs.{i}.bias"]
    return negative_elbo(y, x, mu, log_sigma)


def gru(p, name, h, x, form):
    """The states h_1 … h_T; the products with the inputs are taken before the loop."""
    inputs = x @ p[f"{name}.inputWeights"] + p[f"{name}.inputBias"]

    def turn(h, x):
        xr, xu, xn = jnp.split(x, 3, axis=1)
        hr, hu, hn = jnp.split(h @ p[f"{name}.hiddenWeights"] + p[f"{name}.hiddenBias"], 3, axis=1)
        r, u = sigmoid(xr + hr), sigmoid(xu + hu)
        n = jnp.tanh(xn + r * hn)
        h = n + u * (h - n)
        return h, h

    return jax.lax.scan(turn, h, inputs, unroll=form == "unrolled")[1]


def gru_vae(p, batch, key, form):
    x = batch["x"]
    _, size, _ = x.shape
    width = p["encoder.head.weights"].shape[0]
    last = gru(p, "encoder.gru", jnp.zeros((size, width)), x, form)[-1]
    mu, log_sigma = jnp.split(dense(p, "encoder.head", last), 2, axis=1)
    h = jnp.tanh(dense(p, "decoder.start", draw(key, mu, log_sigma)))
    before = jnp.concatenate([jnp.zeros_like(x[:1]), x[:-1]])
    return negative_elbo(dense(p, "decoder.logits", gru(p, "decoder.gru", h, before, form)), x, mu, log_sigma)


def tiny_mlp(p, batch, key, form):
    h = jnp.tanh(dense(p, "0", batch["x"]))
    return jnp.mean((dense(p, "2", jnp.tanh(dense(p, "1", h))) - batch["y"]) ** 2)


losses = {"mlp-vae": mlp_vae, "conv-vae": conv_vae, "gru-vae": gru_vae, "tiny-mlp": tiny_mlp}


def step(loss, state, batch):
    """Adam, and a key that is split at each step."""
    p, m, v, t, key = state
    key, here = jax.random.split(key)
    value, g = jax.value_and_grad(loss)(p, batch, here)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate, root = 1e-3 / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
    p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + 1e-8), p, m, v)
    return (p, m, v, t, key), value


def make(model, parameters, batches, request):
    jax.clear_caches()
    form, steps = request["form"], request["steps"]
    loss = lambda p, batch, key: losses[model](p, batch, key, form)
    single = lambda state, batch: step(loss, state, batch)
    if steps == 1:
        call = jax.jit(single, donate_argnums=0)
        inputs = [{name: jnp.asarray(x[i]) for name, x in batches.items()} for i in range(len(next(iter(batches.values()))))]
    else:
        call = jax.jit(lambda state, stacked: jax.lax.scan(single, state, stacked), donate_argnums=0)
        inputs = [{name: jnp.asarray(x[:steps]) for name, x in batches.items()}]
    p = {name: jnp.array(x) for name, x in parameters.items()}
    zeros = lambda: {name: jnp.zeros_like(x) for name, x in p.items()}
    state = (p, zeros(), zeros(), jnp.float32(0), jax.random.key(3))
    calls = 0

    def run(count):
        nonlocal state, calls
        for _ in range(0, count, steps):
            state, loss = call(state, inputs[calls % len(inputs)])
            calls += 1
        return float(loss if steps == 1 else loss[-1])

    return run


serve(make, f"JAX {jax.__version__}")
