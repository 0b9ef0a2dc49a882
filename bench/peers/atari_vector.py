"""Steps AtariVectorEnv for bench/env-speed/atari.ts: a JSON line in, a JSON line out."""

import json
import sys
import time

import numpy as np
from ale_py.vector_env import AtariVectorEnv
from gymnasium.vector import AutoresetMode

request = json.loads(sys.stdin.readline())
env = AtariVectorEnv(request["game"], request["n"], autoreset_mode=AutoresetMode.SAME_STEP,
                     reward_clipping=False, use_fire_reset=False, num_threads=request["threads"])  # fmt: skip
env.reset(seed=request["seed"])
print(json.dumps({"actions": int(env.single_action_space.n)}), flush=True)
for line in sys.stdin:
    actions = np.array(json.loads(line)["actions"], np.int32)
    total, began = 0.0, time.perf_counter()
    for action in actions:
        total += float(env.step(action)[1].sum())
    print(json.dumps({"seconds": time.perf_counter() - began, "reward": total}), flush=True)
