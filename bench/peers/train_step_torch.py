"""The models of bench/train-step/models in PyTorch.

Forms: "eager"; "fused", with the fused Adam; "compile", the loss under torch.compile, with the fused Adam.
"""

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


models = {"mlp-vae": MlpVae, "conv-vae": ConvVae, "gru-vae": GruVae, "tiny-mlp": TinyMlp}


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
    loss_of = torch.compile(network) if form == "compile" else network
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=form != "eager")
    count = len(next(iter(batches.values())))
    inputs = [[tensor(model, x[i]) for x in batches.values()] for i in range(count)]
    calls = 0

    def run(steps):
        nonlocal calls
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_of(*inputs[calls % len(inputs)])
            loss.backward()
            optimizer.step()
            calls += 1
        return loss.item()

    return run


serve(make, f"PyTorch {torch.__version__}")
