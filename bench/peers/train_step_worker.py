"""What the peers of bench/train-step share: one JSON request a line in, one JSON answer a line out (bench/train-step/protocol.ts)."""

import json
import math
import resource
import sys
import time
from pathlib import Path

import numpy as np


def read_problem(folder):
    """The model's name, its parameters by path, and its minibatches by name, the number of batches as first axis."""
    folder = Path(folder)
    header = json.loads((folder / "problem.json").read_text())
    values = np.fromfile(folder / "problem.bin", dtype="<f4")
    tensors, start = [], 0
    for entry in header["parameters"] + header["batches"]:
        count = math.prod(entry["shape"])
        tensors.append((entry["path"], values[start : start + count].reshape(entry["shape"])))
        start += count
    split = len(header["parameters"])
    return header["model"], dict(tensors[:split]), dict(tensors[split:])


def peak_mib():
    """The most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def serve(make, version):
    """Answers requests until there are no more.

    make(model, parameters, batches, request) gives a function that takes so many steps and returns the loss of the last.
    """
    run = None

    def timed(steps):
        start, cpu_start = time.perf_counter(), time.process_time()
        loss = run(steps)
        elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu_start
        return {"milliseconds": 1e3 * elapsed, "cpuMilliseconds": 1e3 * cpu, "loss": loss}

    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                run = None
                model, parameters, batches = read_problem(request["folder"])
                run = make(model, parameters, batches, request)
                first = timed(request["steps"])["milliseconds"]
                count = sum(values.size for values in parameters.values())
                answer = {"version": version, "parameters": count, "firstCallMs": first}
            elif request["do"] == "run":
                answer = timed(request["steps"])
            else:
                answer = {"peakMiB": peak_mib()}
        except Exception as error:  # the other side says which contender it was and goes on without it
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:400]}
        print(json.dumps(answer), flush=True)
