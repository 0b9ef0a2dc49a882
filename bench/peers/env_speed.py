"""Steps environments of Gymnasium and dm_control for bench/env-speed/all.ts: a JSON line in, a JSON line out."""

import json
import sys
import time

import numpy as np

opened = {}


def gymnasium_steps(name, steps, pictures):
    import gymnasium

    key = (name, pictures)
    if key not in opened:
        opened[key] = gymnasium.make(name, render_mode="rgb_array" if pictures else None)
    env = opened[key]
    space = env.action_space
    actions = [space.sample() for _ in range(steps)]  # before the clock starts
    env.reset(seed=0)

    def run():
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if pictures:
                env.render()
            if terminated or truncated:
                env.reset()

    return run


def gymnasium_vector_steps(name, steps, copies):
    import gymnasium

    if (name, copies) not in opened:
        opened[name, copies] = gymnasium.make_vec(name, copies, vectorization_mode="vector_entry_point")
    env = opened[name, copies]
    actions = [env.action_space.sample() for _ in range(steps // copies)]
    env.reset(seed=0)

    def run():
        for action in actions:
            env.step(action)

    return run


def dm_control_steps(name, steps, size):
    from dm_control import suite

    if name not in opened:
        domain, task = name.rsplit("-", 1)
        opened[name] = suite.load(domain.replace("-", "_"), task, task_kwargs={"random": 0})
    env = opened[name]
    shape = env.action_spec().shape
    actions = np.random.default_rng(0).uniform(-1, 1, (steps, *shape))
    env.reset()

    def run():
        for action in actions:
            env.step(action)
            if size > 0:
                env.physics.render(size, size, camera_id=0)

    return run


KINDS = {"gymnasium": gymnasium_steps, "vector": gymnasium_vector_steps, "dm_control": dm_control_steps}

for line in sys.stdin:
    request = json.loads(line)
    run = KINDS[request["kind"]](request["name"], request["steps"], request["detail"])
    began = time.process_time()
    run()
    print(json.dumps({"seconds": time.process_time() - began}), flush=True)
