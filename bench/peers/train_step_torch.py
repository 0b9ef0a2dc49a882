"""The models of bench/train-step/models in PyTorch.

Forms: "eager"; "fused", with the fused Adam; "compile", the loss under torch.compile, with the fused Adam.
"""

import math
import os
import tempfile

cache = tempfile.TemporaryDirectory(prefix="latent-bench-")  # a new one, so that the first call shows the time of a compilation
os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache.name

import torch
import torch.nn.functional as F
from torch import nn
from train_step_worker import serve


def negative_elbo(logits, x, mu, log_sigma):
    """The mean over the batch, whose size is that of mu; everything else is summed."""
    surprise = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    kl = 0.5 * torch.sum(mu**2 + torch.exp(2 * log_sigma) - 1) - torch.sum(log_sigma)
    return (surprise + kl) / mu.shape[0]


def draw(mu, log_sigma):
    return mu + torch.exp(log_sigma) * torch.randn_like(mu)


class Model(nn.Module):
    """Layers made from this library's parameters, under their paths with underscores for dots."""

    def __init__(self, parameters):
        super().__init__()
        self.values = parameters

    def put(self, path, layer, **names):
        """Adds a layer whose parameters get the values at the path, by name, with the axes in PyTorch's order."""
        with torch.no_grad():
            for name, (ours, axes) in names.items():
                getattr(layer, name).copy_(torch.tensor(self.values[f"{path}.{ours}"].transpose(axes)))
        self.add_module(path.replace(".", "_"), layer)

    def shape(self, path):
        return self.values[path].shape

    def dense(self, path):
        inputs, outputs = self.shape(f"{path}.weights")
        self.put(path, nn.Linear(inputs, outputs), weight=("weights", (1, 0)), bias=("bias", (0,)))

    def conv(self, path):
        size, _, inputs, outputs = self.shape(f"{path}.weights")
        layer = nn.Conv2d(inputs, outputs, size, stride=2, padding=1)
        self.put(path, layer, weight=("weights", (3, 2, 0, 1)), bias=("bias", (0,)))

    def conv_transpose(self, path):
        size, _, outputs, inputs = self.shape(f"{path}.weights")
        layer = nn.ConvTranspose2d(inputs, outputs, size, stride=2, padding=1)
        self.put(path, layer, weight=("weights", (3, 2, 0, 1)), bias=("bias", (0,)))

    def gru(self, path):
        inputs, wide = self.shape(f"{path}.inputWeights")
        names = {
            "weight_ih_l0": ("inputWeights", (1, 0)),
            "weight_hh_l0": ("hiddenWeights", (1, 0)),
            "bias_ih_l0": ("inputBias", (0,)),
            "bias_hh_l0": ("hiddenBias", (0,)),
        }
        self.put(path, nn.GRU(inputs, wide // 3), **names)


class MlpVae(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for path in ["encoder.hidden.layers.0", "encoder.mu", "encoder.logSigma", "decoder.hidden.layers.0", "decoder.logits"]:
            self.dense(path)

    def forward(self, x):
        h = F.relu(self.encoder_hidden_layers_0(x))
        mu, log_sigma = self.encoder_mu(h), self.encoder_logSigma(h)
        h = F.relu(self.decoder_hidden_layers_0(draw(mu, log_sigma)))
        return negative_elbo(self.decoder_logits(h), x, mu, log_sigma)


class ConvVae(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        side = 8  # features are flattened [C, H, W] here, [H, W, C] there
        features = self.shape("encoder.head.weights")[0]
        order = torch.arange(features).reshape(side, side, -1).permute(2, 0, 1).flatten().numpy()
        self.values = dict(self.values)
        self.values["encoder.head.weights"] = self.values["encoder.head.weights"][order]
        self.values["decoder.body.weights"] = self.values["decoder.body.weights"][:, order]
        self.dense("encoder.head")
        self.dense("decoder.body")
        for i in range(3):
            self.conv(f"encoder.convs.{i}")
            self.conv_transpose(f"decoder.convs.{i}")

    def forward(self, x):
        h = x
        for layer in [self.encoder_convs_0, self.encoder_convs_1, self.encoder_convs_2]:
            h = F.relu(layer(h))
        mu, log_sigma = self.encoder_head(h.flatten(1)).chunk(2, 1)
        y = F.relu(self.decoder_body(draw(mu, log_sigma))).reshape(h.shape)
        y = F.relu(self.decoder_convs_0(y))
        y = F.relu(self.decoder_convs_1(y))
        return negative_elbo(self.decoder_convs_2(y), x, mu, log_sigma)


class GruVae(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for path in ["encoder.gru", "decoder.gru"]:
            self.gru(path)
        for path in ["encoder.head", "decoder.start", "decoder.logits"]:
            self.dense(path)

    def forward(self, x):
        _, last = self.encoder_gru(x)
        mu, log_sigma = self.encoder_head(last[0]).chunk(2, 1)
        h = torch.tanh(self.decoder_start(draw(mu, log_sigma)))
        states, _ = self.decoder_gru(torch.cat([torch.zeros_like(x[:1]), x[:-1]]), h[None])
        return negative_elbo(self.decoder_logits(states), x, mu, log_sigma)


class TinyMlp(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for i in range(3):
            self.dense(str(i))
        first, second, third = self.children()
        self.layers = nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), third)

    def forward(self, x, y):
        return F.mse_loss(self.layers(x), y)


def spread(raw):
    mu, raw = raw.chunk(2, -1)
    return mu, F.softplus(raw) + 0.1


class Rssm(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for path in ["body", "prior", "posterior", "decoder.body", "decoder.pixels"]:
            self.dense(path)
        inputs, wide = self.shape("cell.inputWeights")
        names = {
            "weight_ih": ("inputWeights", (1, 0)),
            "weight_hh": ("hiddenWeights", (1, 0)),
            "bias_ih": ("inputBias", (0,)),
            "bias_hh": ("hiddenBias", (0,)),
        }
        self.put("cell", nn.GRUCell(inputs, wide // 3), **names)

    def forward(self, x, actions):
        steps, size, _ = x.shape
        h = x.new_zeros(size, self.cell.hidden_size)
        z = x.new_zeros(size, self.prior.out_features // 2)
        features = F.relu(self.body(x))
        noise = torch.randn(steps, *z.shape, device=x.device)
        turns = []
        for t in range(steps):
            h = self.cell(torch.cat([z, actions[t]], 1), h)
            mu, sigma = spread(self.posterior(torch.cat([h, features[t]], 1)))
            z = mu + sigma * noise[t]
            turns.append((h, mu, sigma, z))
        h, mu, sigma, z = (torch.stack(each) for each in zip(*turns))
        hidden = F.relu(self.decoder_body(torch.cat([h, z], 2)))
        error = torch.sum((self.decoder_pixels(hidden) - x) ** 2, 2)
        mu_p, sigma_p = spread(self.prior(h))
        kl = torch.sum(torch.log(sigma_p / sigma) + (sigma**2 + (mu - mu_p) ** 2) / (2 * sigma_p**2) - 0.5, 2)
        return torch.mean(torch.sum(error / (2 * 0.3**2) + kl, 0))


HEADS = 4


class ActionChunks(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for name in parameters:
            path, kind = name.rsplit(".", 1)
            if kind == "weights":
                self.dense(path)
            if kind == "scale":
                self.put(path, nn.LayerNorm(self.shape(name)), weight=("scale", (0,)), bias=("shift", (0,)))
            if kind == "vectors":
                self.register_parameter(path.replace(".", "_"), nn.Parameter(torch.tensor(parameters[name])))

    def layer(self, path):
        return self.get_submodule(path.replace(".", "_"))

    def attend(self, path, x, context):
        heads = lambda part, y: self.layer(f"{path}.{part}")(y).unflatten(2, (HEADS, -1)).permute(1, 2, 0, 3)
        mixed = F.scaled_dot_product_attention(heads("query", x), heads("key", context), heads("value", context))
        return self.layer(f"{path}.output")(mixed.permute(2, 0, 1, 3).flatten(2))

    def stack(self, path, x, context=None):
        for i in range(2):
            block = f"{path}.blocks.{i}"
            norm = lambda j: self.layer(f"{block}.norms.{j}")(x)
            h = norm(0)
            x = x + self.attend(f"{block}.attention", h, h)
            if context is not None:
                x = x + self.attend(f"{block}.cross", norm(1), context)
            h = F.relu(self.layer(f"{block}.network.layers.0")(norm(1 if context is None else 2)))
            x = x + self.layer(f"{block}.network.layers.1")(h)
        return self.layer(f"{path}.last")(x)

    def forward(self, x, y):
        tokens = torch.cat([self.style_joints(x)[None], self.style_actions(y)])
        seen = self.stack("style.stack", tokens + self.style_positions)
        mu, log_sigma = self.style_head(seen[0]).chunk(2, 1)
        z = self.encoder_z(draw(mu, log_sigma))
        context = self.stack("encoder.stack", torch.stack([z, self.encoder_joints(x)]))
        queries = self.decoder_queries.expand(-1, len(x), -1)
        actions = self.decoder_actions(self.stack("decoder.stack", queries, context))
        kl = 0.5 * torch.sum(mu**2 + torch.exp(2 * log_sigma) - 1 - 2 * log_sigma, 1)
        return torch.mean(torch.abs(actions - y)) + 10 * torch.mean(kl)


class ActorCritic(Model):
    def __init__(self, parameters):
        super().__init__(parameters)
        for path in ["actor", "critics.0", "critics.1"]:
            for i in range(3):
                self.dense(f"{path}.layers.{i}")

    def network(self, path, x, frozen=False):
        for i in range(3):
            layer = self.get_submodule(f"{path}_layers_{i}")
            weight, bias = (layer.weight.detach(), layer.bias.detach()) if frozen else (layer.weight, layer.bias)
            x = F.linear(x if i == 0 else F.relu(x), weight, bias)
        return x

    def q(self, state, action, frozen=False):
        return [self.network(f"critics_{i}", torch.cat([state, action], 1), frozen) for i in range(2)]

    def policy(self, state):
        mu, raw = self.network("actor", state).chunk(2, 1)
        sigma = F.softplus(raw) + 0.01
        epsilon = torch.randn_like(mu)
        u = mu + sigma * epsilon
        log_normal = -0.5 * epsilon**2 - torch.log(sigma) - 0.5 * math.log(2 * math.pi)
        return torch.tanh(u), torch.sum(log_normal - 2 * (math.log(2) - u - F.softplus(-2 * u)), 1, keepdim=True)

    def forward(self, state, action, reward, next):
        with torch.no_grad():
            soft, log_prob = self.policy(next)
            target = reward + 0.99 * (torch.minimum(*self.q(next, soft)) - 0.2 * log_prob)
        errors = [F.mse_loss(each, target) for each in self.q(state, action)]
        chosen, log_prob = self.policy(state)
        return sum(errors) - torch.mean(torch.minimum(*self.q(state, chosen, frozen=True)) - 0.2 * log_prob)


models = {
    "mlp-vae": MlpVae,
    "conv-vae": ConvVae,
    "gru-vae": GruVae,
    "tiny-mlp": TinyMlp,
    "rssm": Rssm,
    "action-chunks": ActionChunks,
    "actor-critic": ActorCritic,
}


def tensor(model, x):
    """A minibatch as PyTorch has it: images with their channels first."""
    x = torch.tensor(x)
    return x.permute(0, 3, 1, 2).contiguous() if model == "conv-vae" else x


def make(model, parameters, batches, request):
    torch.set_num_threads(request["threads"])
    torch.manual_seed(3)
    form = request["form"]
    network = models[model](parameters)
    count = sum(p.numel() for p in network.parameters())
    expected = sum(x.size for x in parameters.values())
    if count != expected:
        raise ValueError(f"{count} parameters, expected {expected}")
    network.values = None
    device = {"cpu": "cpu", "gpu": "cuda"}[request["device"]]
    network.to(device)
    loss_of = torch.compile(network) if form == "compile" else network
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=form != "eager")
    count = len(next(iter(batches.values())))
    inputs = [{name: tensor(model, x[i]).to(device) for name, x in batches.items()} for i in range(count)]
    calls = 0

    def run(steps):
        nonlocal calls
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_of(**inputs[calls % len(inputs)])
            loss.backward()
            optimizer.step()
            calls += 1
        return loss.item()

    return run


serve(make, f"PyTorch {torch.__version__}")
