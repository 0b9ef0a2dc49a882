"""Runs a vectorised Gymnasium environment for the parent process: binary messages on stdin and stdout.

A message is its length (uint32, little-endian) and a body. The first one, in JSON, says which environment to
make and is answered by the spaces, in JSON. Each later one starts with a byte that names the call:

  R seed (uint32)      -> the answer of a reset: the observations
  S actions            -> ended rows (uint32), padding (4 bytes), rewards (float64 [n]), terminated and
                          truncated (uint8 [n] each), padding to 8 bytes, the observations before new
                          episodes begin, and the first observations of the rows that ended, in their order;
                          of stacked frames before new episodes, only the newest: the parent has the others
  P                    -> height, width (uint32 each), pictures (uint8 [n, H, W, 3])
  M                    -> bytes per row (uint32), padding (4 bytes), the RAM of each game (uint8 [n, bytes])

The body of an answer starts with 8 bytes: 0 for a result, 1 for an error in JSON. The end of stdin ends the
program, and so does the end of the parent.
"""

import ctypes
import difflib
import json
import os
import signal
import struct
import sys
import threading
import time


def end_with_parent(parent):
    """Ends this process when the parent has ended, even within a call that never returns."""
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Refused(Exception):
    """An error whose kind the parent knows."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def required(name):
    try:
        return __import__(name)
    except ModuleNotFoundError as error:
        raise Refused("missing", error.name or name) from error


def make_atari(game, n, options):
    required("gymnasium")
    required("ale_py")
    from ale_py import roms
    from ale_py.vector_env import AtariVectorEnv
    from gymnasium.vector import AutoresetMode

    games = sorted(roms.get_all_rom_ids())
    if game not in games:
        near = difflib.get_close_matches(game.lower().replace("-", "_"), games, 3, 0.5)
        raise Refused("unknown", json.dumps(near))
    return AtariVectorEnv(game, n, autoreset_mode=AutoresetMode.SAME_STEP, **options)


def make_gymnasium(name, n, options):
    gymnasium = required("gymnasium")
    from gymnasium.vector import AutoresetMode

    if name.startswith("ALE/"):
        gymnasium.register_envs(required("ale_py"))
    try:
        return gymnasium.make_vec(
            name,
            num_envs=n,
            vectorization_mode="sync",
            vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
            **options,
        )
    except ModuleNotFoundError as error:
        raise Refused("missing", error.name or str(error)) from error
    except gymnasium.error.DependencyNotInstalled as error:
        raise Refused("missing", str(error)) from error
    except gymnasium.error.UnregisteredEnv as error:
        near = difflib.get_close_matches(name, list(gymnasium.registry), 3, 0.5)
        raise Refused("unknown", json.dumps(near)) from error


def text(bound):
    """Bounds as text, because JSON has no infinity."""
    if isinstance(bound, list):
        return [text(one) for one in bound]
    return str(bound).replace("inf", "Infinity")


def describe(space, what):
    """A space as JSON."""
    from gymnasium.spaces import Box, Discrete

    if isinstance(space, Discrete):
        return {"kind": "discrete", "n": int(space.n)}
    if isinstance(space, Box) and space.dtype.kind in "fiu" and space.dtype.itemsize <= 8:
        low, high = (bound.astype(float).ravel().tolist() for bound in (space.low, space.high))
        if len(set(low)) == 1 and len(set(high)) == 1:
            low, high = low[0], high[0]
        return {"kind": "box", "shape": list(space.shape), "low": text(low), "high": text(high)}
    raise Refused("space", f"{what} {space}")


class Bridge:
    """The environment, and its answers as bytes."""

    def __init__(self, request):
        required("gymnasium")
        self.np = np = required("numpy")
        self.n = request["n"]
        self.atari = request["make"] == "atari"
        make = make_atari if self.atari else make_gymnasium
        self.env = make(request["name"], self.n, request["options"])
        self.actions = self.env.single_action_space
        self.observations = self.env.single_observation_space
        self.spaces = {"action": describe(self.actions, "action space")}
        self.spaces["observation"] = describe(self.observations, "observation space")
        if self.atari:
            self.spaces["observation"]["shape"] = list(self.frames(self.sample())[0].shape)
            self.spaces["channels"] = 1 if len(self.observations.shape) == 3 else 3
        kind = self.sample().dtype
        wide = {"u1": "uint8", "f4": "float32", "f8": "float64"}.get(kind.str[1:], "int32")
        if kind.kind in "iu" and kind.itemsize == 8:
            wide = "float64"  # exact up to 2^53
        self.dtype = np.dtype(wide).newbyteorder("<")
        self.spaces["dtype"] = wide

    def sample(self):
        return self.np.zeros((1, *self.observations.shape), self.observations.dtype)

    def frames(self, observation):
        """[n, k, H, W] or [n, k, H, W, 3] as [n, H, W, k] or [n, H, W, 3 k]."""
        np = self.np
        if not self.atari:
            return observation
        n, k, *rest = observation.shape
        if k == 1:
            return observation.reshape(n, *rest[:2], -1)
        return np.moveaxis(observation, 1, 3).reshape(n, *rest[:2], -1)

    def bytes(self, observation):
        return self.np.ascontiguousarray(self.frames(observation), self.dtype).data.cast("B")

    def answer(self, body):
        call = body[:1]
        if call == b"S":
            return self.step(body[1:])
        if call == b"R":
            observation, _ = self.env.reset(seed=struct.unpack("<I", body[1:])[0])
            return [self.bytes(observation)]
        return self.pictures() if call == b"P" else self.memory()

    def step(self, body):
        np = self.np
        if hasattr(self.actions, "n"):
            action = np.frombuffer(body, "<i4") + int(self.actions.start)
            if not self.atari:
                action = action.astype(np.int64)
        else:
            given = np.frombuffer(body, "<f4").reshape(self.n, *self.actions.shape)
            action = np.clip(given, self.actions.low, self.actions.high).astype(self.actions.dtype)
        observation, reward, terminated, truncated, info = self.env.step(action)
        flags = np.concatenate([terminated, truncated]).astype(np.uint8)
        ended = np.flatnonzero(flags[: self.n] | flags[self.n :])
        last = observation[:, -1] if self.atari else observation
        if len(ended):
            last = last.copy()
            for i in ended:
                last[i] = info["final_obs"][i][-1] if self.atari else info["final_obs"][i]
        parts = [
            struct.pack("<II", len(ended), 0),
            np.asarray(reward, "<f8").tobytes(),
            flags.tobytes(),
            bytes(-2 * self.n % 8),
            np.ascontiguousarray(last, self.dtype).data.cast("B"),
        ]
        if len(ended):
            parts.append(self.bytes(observation[ended]))
        return parts

    def pictures(self):
        np = self.np
        if self.atari:
            raise Refused("render", "AtariVectorEnv has no render")
        pictures = self.env.render()
        if pictures is None or any(picture is None for picture in pictures):
            raise Refused("render", "it was made without render_mode")
        pictures = np.stack(pictures).astype(np.uint8)
        return [struct.pack("<II", *pictures.shape[1:3]), pictures.tobytes()]

    def memory(self):
        np = self.np
        if self.atari or not all(hasattr(env.unwrapped, "ale") for env in self.env.envs):
            raise Refused("ram", "no RAM")
        ram = np.stack([env.unwrapped.ale.getRAM() for env in self.env.envs])
        return [struct.pack("<II", ram.shape[1], 0), ram.tobytes()]


def failure(error):
    if isinstance(error, Refused):
        return {"kind": error.kind, "message": str(error)}
    return {"kind": "error", "message": f"{type(error).__name__}: {error}"}


def main():
    # The libraries may print to stdout or read stdin: neither may touch the messages.
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def read():
        head = source.read(4)
        size = struct.unpack("<I", head)[0] if len(head) == 4 else 0
        return source.read(size) if size else None

    def write(status, parts):
        size = 8 + sum(len(part) for part in parts)
        for part in [struct.pack("<IQ", size, status), *parts]:
            view = memoryview(part)
            while len(view):
                view = view[sink.write(view) :]

    bridge = None
    while True:
        body = read()
        if body is None:
            return
        try:
            if bridge is None:
                request = json.loads(body)
                end_with_parent(request["parent"])
                bridge = Bridge(request)
                parts = [json.dumps(bridge.spaces).encode()]
            else:
                parts = bridge.answer(body)
            status = 0
        except Exception as error:  # whatever an environment raises goes to the caller
            status, parts = 1, [json.dumps(failure(error)).encode()]
        write(status, parts)
        if bridge is None:
            return


try:
    main()
except BrokenPipeError:
    os._exit(0)  # the parent has closed the pipe
