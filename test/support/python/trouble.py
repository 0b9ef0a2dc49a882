"""Registers Trouble-v0, whose actions 1 ... 5 are: move, raise, be killed, never return, print and read."""

import os
import signal
import sys
import time

import gymnasium
import numpy as np


class Trouble(gymnasium.Env):
    metadata = {"render_modes": ["rgb_array"]}
    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float64)
    action_space = gymnasium.spaces.Discrete(5, start=1)

    def __init__(self, render_mode=None):
        self.render_mode = render_mode

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = self.np_random.random(2)
        return self.state, {}

    def step(self, action):
        if action == 2:
            raise ValueError("the wheel is loose")
        if action == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        while action == 4:
            time.sleep(1)
        if action == 5:
            print("noise")
            sys.stdout.flush()
            assert sys.stdin.read() == ""
        self.state = self.state + [1, -1]
        return self.state, 0.5, False, False, {}

    def render(self):
        if self.render_mode is not None:
            return np.full((3, 2, 3), (51, 102, 255), np.uint8)


class Pair(Trouble):
    observation_space = gymnasium.spaces.Dict({"a": Trouble.observation_space})


gymnasium.register("Trouble-v0", Trouble)
gymnasium.register("Pair-v0", Pair)
