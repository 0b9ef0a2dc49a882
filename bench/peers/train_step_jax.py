"""The models of bench/train-step/models in JAX: the whole step under jax.jit, its state donated.

Forms: "jit", and "unrolled", which writes the turns of a recurrent network out instead of looping with lax.scan.
"""

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


def spread(raw):
    mu, raw = jnp.split(raw, 2, axis=-1)
    return mu, softplus(raw) + 0.1


def rssm(p, batch, key, form):
    x, actions = batch["x"], batch["actions"]
    width, latent, sigma_x = p["cell.hiddenWeights"].shape[0], p["prior.bias"].shape[0] // 2, 0.3
    features = relu(dense(p, "body", x))
    noise = jax.random.normal(key, (*x.shape[:2], latent))

    def turn(before, now):
        h, z = before
        e, a, epsilon = now
        xr, xu, xn = jnp.split(jnp.concatenate([z, a], 1) @ p["cell.inputWeights"] + p["cell.inputBias"], 3, axis=1)
        hr, hu, hn = jnp.split(h @ p["cell.hiddenWeights"] + p["cell.hiddenBias"], 3, axis=1)
        r, u = sigmoid(xr + hr), sigmoid(xu + hu)
        n = jnp.tanh(xn + r * hn)
        h = n + u * (h - n)
        mu, sigma = spread(dense(p, "posterior", jnp.concatenate([h, e], 1)))
        z = mu + sigma * epsilon
        return (h, z), (h, mu, sigma, z)

    start = (jnp.zeros((x.shape[1], width)), jnp.zeros((x.shape[1], latent)))
    _, (h, mu, sigma, z) = jax.lax.scan(turn, start, (features, actions, noise))
    hidden = relu(dense(p, "decoder.body", jnp.concatenate([h, z], 2)))
    error = jnp.sum((dense(p, "decoder.pixels", hidden) - x) ** 2, 2)
    mu_p, sigma_p = spread(dense(p, "prior", h))
    kl = jnp.sum(jnp.log(sigma_p / sigma) + (sigma**2 + (mu - mu_p) ** 2) / (2 * sigma_p**2) - 0.5, 2)
    return jnp.mean(jnp.sum(error / (2 * sigma_x**2) + kl, 0))


HEADS = 4


def layer_norm(p, name, x):
    centred = x - jnp.mean(x, -1, keepdims=True)
    variance = jnp.mean(centred**2, -1, keepdims=True)
    return centred / jnp.sqrt(variance + 1e-5) * p[f"{name}.scale"] + p[f"{name}.shift"]


def attend(p, name, x, context):
    heads = lambda y: y.reshape(*y.shape[:2], HEADS, -1)
    q, k, v = [heads(dense(p, f"{name}.{part}", y)) for part, y in [("query", x), ("key", context), ("value", context)]]
    scores = jnp.einsum("tbhd,sbhd->bhts", q, k) / q.shape[-1] ** 0.5
    mixed = jnp.einsum("bhts,sbhd->tbhd", jax.nn.softmax(scores), v)
    return dense(p, f"{name}.output", mixed.reshape(x.shape))


def stack(p, name, x, context=None):
    for i in range(2):
        block = f"{name}.blocks.{i}"
        norm = lambda j: layer_norm(p, f"{block}.norms.{j}", x)
        h = norm(0)
        x = x + attend(p, f"{block}.attention", h, h)
        if context is not None:
            x = x + attend(p, f"{block}.cross", norm(1), context)
        h = relu(dense(p, f"{block}.network.layers.0", norm(1 if context is None else 2)))
        x = x + dense(p, f"{block}.network.layers.1", h)
    return layer_norm(p, f"{name}.last", x)


def action_chunks(p, batch, key, form):
    x, y = batch["x"], batch["y"]
    tokens = jnp.concatenate([dense(p, "style.joints", x)[None], dense(p, "style.actions", y)])
    seen = stack(p, "style.stack", tokens + p["style.positions.vectors"])
    mu, log_sigma = jnp.split(dense(p, "style.head", seen[0]), 2, axis=1)
    z = dense(p, "encoder.z", draw(key, mu, log_sigma))
    context = stack(p, "encoder.stack", jnp.stack([z, dense(p, "encoder.joints", x)]))
    queries = jnp.broadcast_to(p["decoder.queries.vectors"], (y.shape[0], *z.shape))
    actions = dense(p, "decoder.actions", stack(p, "decoder.stack", queries, context))
    kl = 0.5 * jnp.sum(mu**2 + jnp.exp(2 * log_sigma) - 1 - 2 * log_sigma, 1)
    return jnp.mean(jnp.abs(actions - y)) + 10 * jnp.mean(kl)


def network(p, name, x):
    for i in range(3):
        x = dense(p, f"{name}.layers.{i}", x if i == 0 else relu(x))
    return x


def policy(p, state, key):
    mu, raw = jnp.split(network(p, "actor", state), 2, axis=1)
    sigma = softplus(raw) + 0.01
    epsilon = jax.random.normal(key, mu.shape)
    u = mu + sigma * epsilon
    log_normal = -0.5 * epsilon**2 - jnp.log(sigma) - 0.5 * jnp.log(2 * jnp.pi)
    return jnp.tanh(u), jnp.sum(log_normal - 2 * (jnp.log(2) - u - softplus(-2 * u)), 1, keepdims=True)


def actor_critic(p, batch, key, form):
    now_key, next_key = jax.random.split(key)
    q = lambda p, s, a: [network(p, f"critics.{i}", jnp.concatenate([s, a], 1)) for i in range(2)]
    action, log_prob = policy(p, batch["next"], next_key)
    value = jnp.minimum(*q(p, batch["next"], action)) - 0.2 * log_prob
    target = jax.lax.stop_gradient(batch["reward"] + 0.99 * value)
    errors = [jnp.mean((each - target) ** 2) for each in q(p, batch["state"], batch["action"])]
    action, log_prob = policy(p, batch["state"], now_key)
    frozen = {name: jax.lax.stop_gradient(x) for name, x in p.items()}
    return sum(errors) - jnp.mean(jnp.minimum(*q(frozen, batch["state"], action)) - 0.2 * log_prob)


losses = {
    "mlp-vae": mlp_vae,
    "conv-vae": conv_vae,
    "gru-vae": gru_vae,
    "tiny-mlp": tiny_mlp,
    "rssm": rssm,
    "action-chunks": action_chunks,
    "actor-critic": actor_critic,
}


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
