"""The VAE of lib/models/vae.ts in PyTorch, for bench/vae-parity.ts: one JSON request a line in, one JSON answer a line out.

Requests: {"do": "start", ...settings}, {"do": "train", "steps": n}, {"do": "evaluate", "elboDraws": n, "draws": K}.
"""

import gzip
import json
import struct
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence


def dense(inputs: int, outputs: int) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight)  # Glorot: uniform within sqrt(6 / (inputs + outputs))
    nn.init.zeros_(layer.bias)
    return layer


class Vae(nn.Module):
    def __init__(self, data: int, hidden: int, latent: int, activation: str) -> None:
        super().__init__()
        self.activation = getattr(nn.functional, activation)
        self.encoder, self.mu, self.log_sigma = dense(data, hidden), dense(hidden, latent), dense(hidden, latent)
        self.decoder, self.logits = dense(latent, hidden), dense(hidden, data)
        self.register_buffer("zeros", torch.zeros(latent))

    def prior(self) -> Independent:
        return Independent(Normal(self.zeros, 1.0, validate_args=False), 1, validate_args=False)

    def encode(self, x: Tensor) -> Independent:
        h = self.activation(self.encoder(x))
        q = Normal(self.mu(h), self.log_sigma(h).exp(), validate_args=False)
        return Independent(q, 1, validate_args=False)

    def decode(self, z: Tensor) -> Independent:
        logits = self.logits(self.activation(self.decoder(z)))
        return Independent(Bernoulli(logits=logits, validate_args=False), 1, validate_args=False)

    def elbo(self, x: Tensor) -> Tensor:
        q = self.encode(x)
        return self.decode(q.rsample()).log_prob(x) - kl_divergence(q, self.prior())

    def importance_bound(self, x: Tensor, draws: int) -> Tensor:
        q = self.encode(x)
        z = q.rsample((draws,))
        weights = self.decode(z).log_prob(x) + self.prior().log_prob(z) - q.log_prob(z)
        return torch.logsumexp(weights, 0) - torch.log(torch.tensor(float(draws)))


def read_images(path: Path) -> Tensor:
    """Grey levels in [0, 1] of an IDX file of images, one image a row."""
    content = gzip.decompress(path.read_bytes())
    count, height, width = struct.unpack(">3I", content[4:16])
    pixels = torch.frombuffer(bytearray(content[16:]), dtype=torch.uint8)
    return pixels.reshape(count, height * width).float() / 255


class Run:
    def __init__(self, request: dict) -> None:
        torch.manual_seed(request["seed"])
        self.train_images = read_images(Path(request["data"]) / "train-images-idx3-ubyte.gz")
        binary = bytearray(Path(request["testSet"]).read_bytes())
        self.test_images = torch.frombuffer(binary, dtype=torch.uint8).reshape(-1, self.train_images.shape[1]).float()
        self.batch_size, self.samples = request["batchSize"], request["samples"]
        self.model = Vae(self.train_images.shape[1], request["hidden"], request["latent"], request["activation"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=request["learningRate"])
        self.batches = iter(())

    def next_rows(self) -> Tensor:
        """The rows of the next minibatch: each epoch in another order, its remainder left out."""
        rows = next(self.batches, None)
        if rows is None:
            order = torch.randperm(len(self.train_images))
            self.batches = iter(order[: len(order) // self.batch_size * self.batch_size].split(self.batch_size))
            rows = next(self.batches)
        return rows

    def train(self, steps: int) -> dict:
        start, total = time.perf_counter(), 0.0
        for _ in range(steps):
            x = torch.bernoulli(self.train_images[self.next_rows()])  # dynamic binarization
            bound = self.model.elbo(x) if self.samples == 1 else self.model.importance_bound(x, self.samples)
            loss = -bound.mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return {"milliseconds": 1e3 * (time.perf_counter() - start), "loss": total / steps}

    @torch.no_grad()
    def evaluate(self, elbo_draws: int, draws: int) -> dict:
        start = time.perf_counter()
        elbo = sum(self.model.elbo(self.test_images).double() for _ in range(elbo_draws)) / elbo_draws
        nll = -torch.cat([self.model.importance_bound(x, draws) for x in self.test_images.split(25)])
        seconds = time.perf_counter() - start
        return {"elbo": elbo.tolist(), "nll": nll.tolist(), "seconds": seconds}


def main() -> None:
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "start":
            run = Run(request)
            answer = {"version": torch.__version__, "threads": torch.get_num_threads()}
        elif request["do"] == "train":
            answer = run.train(request["steps"])
        else:
            answer = run.evaluate(request["elboDraws"], request["draws"])
        print(json.dumps(answer), flush=True)


main()
