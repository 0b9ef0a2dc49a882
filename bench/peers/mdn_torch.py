"""The mixture density network of lib/models/mdn in PyTorch: one JSON request a line, one JSON answer a line. See bench/mdn-parity.ts."""

import json
import sys
import time

import torch
from torch import Tensor, nn
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

BOUND = 7.0  # |log sigma| stays below this


def dense(layer: dict) -> nn.Linear:
    """An affine layer with the given weights [In, Out] and bias [Out]."""
    weights = torch.tensor(layer["weights"])
    made = nn.Linear(*weights.shape)
    with torch.no_grad():
        made.weight.copy_(weights.T)
        made.bias.copy_(torch.tensor(layer["bias"]))
    return made


class Mdn(nn.Module):
    def __init__(self, start: dict, activation: str) -> None:
        super().__init__()
        self.activation = getattr(torch, activation)
        self.trunk = nn.ModuleList(dense(layer) for layer in start["trunk"])
        self.logits, self.mu, self.raw_sigma = (dense(start[name]) for name in ("logits", "mu", "rawSigma"))

    def forward(self, x: Tensor) -> MixtureSameFamily:
        h = x
        for layer in self.trunk:
            h = self.activation(layer(h))
        logits, raw = self.logits(h), self.raw_sigma(h)
        sigma = (raw / torch.sqrt(1 + (raw / BOUND) ** 2)).exp()
        each = [t.reshape(len(x), logits.shape[1], -1) for t in (self.mu(h), sigma)]
        return MixtureSameFamily(Categorical(logits=logits), Independent(Normal(*each), 1))


def train(request: dict) -> dict:
    """Takes so many steps of Adam on all pairs, from the given weights; gives log p(y|x) of the test pairs."""
    x, y, test_x, test_y = (torch.tensor(request[name]) for name in ("x", "y", "testX", "testY"))
    model = Mdn(request["start"], request["activation"])
    optimizer = torch.optim.Adam(model.parameters(), lr=request["learningRate"])
    with torch.no_grad():
        before = -model(test_x).log_prob(test_y).double().mean()
    begin = time.perf_counter()
    for _ in range(request["steps"]):
        loss = -model(x).log_prob(y).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        nll = -model(test_x).log_prob(test_y).double()
    return {"before": before.item(), "nll": nll.tolist(), "seconds": seconds, "version": torch.__version__}


for line in sys.stdin:
    print(json.dumps(train(json.loads(line))), flush=True)
