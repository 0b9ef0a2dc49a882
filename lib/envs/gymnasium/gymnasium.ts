import { checkCount } from "../../core/numeric/check-number";
import { openBridge } from "./bridge";
import type { GymnasiumEnvironment, ProcessOptions } from "./environment";

/** Options of {@link gymnasium}. */
export interface GymnasiumOptions extends ProcessOptions {
  /** Keyword arguments of the environment, such as `{ render_mode: "rgb_array" }`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * Opens any environment of Gymnasium in a Python process of its own.
 *
 * Row i of `reset(seed)` is the episode of Gymnasium's `reset(seed=seed + i)`. If the process ends, calls
 * throw; `reset` starts it again.
 *
 * @param id a registered name such as `"CartPole-v1"` or `"ALE/Pong-v5"`; `"module:Name-v0"` imports a module
 *   first, which registers it.
 * @throws if Python or a package is missing, the name is unknown, the environment cannot be made, or its
 *   spaces are neither a box of numbers nor discrete.
 */
export function gymnasium(id: string, options: GymnasiumOptions = {}): Promise<GymnasiumEnvironment> {
  const { n = 1, options: keywords = {}, ...process } = options;
  checkCount("gymnasium", "n", n, 1);
  return openBridge(`gymnasium("${id}")`, { make: "gymnasium", name: id, n, options: keywords }, process);
}

/** Options of {@link atari}; the defaults are those of Mnih et al. (2015), with rewards as they are. */
export interface AtariOptions extends ProcessOptions {
  /** The number of last frames in an observation; 4 by default. */
  readonly stack?: number;
  /** The height and width of an observation in pixels; 84 and 84 by default. */
  readonly size?: readonly [height: number, width: number];
  /** Whether observations are grey, one channel a frame in place of three; true by default. */
  readonly greyscale?: boolean;
  /** The number of emulated frames that an action lasts; 4 by default. */
  readonly frameSkip?: number;
  /** Whether an observation is the maximum of the last two frames; true by default. */
  readonly maxPool?: boolean;
  /** The greatest number of idle actions at the start of an episode; 30 by default. */
  readonly noops?: number;
  /** Whether an episode ends with a life; false by default. */
  readonly episodicLife?: boolean;
  /** Whether rewards are clipped to −1, 0 and 1; false by default. */
  readonly clipRewards?: boolean;
  /** Whether an episode begins with the action FIRE in games that wait for it; false by default. */
  readonly fireReset?: boolean;
  /** The probability that the last action is repeated; 0 by default, 0.25 in Machado et al. (2018). */
  readonly repeatProbability?: number;
  /** Whether all 18 actions are offered, not only those of the game; false by default. */
  readonly fullActions?: boolean;
  /** The number of emulated frames after which an episode is truncated; 108,000 by default. */
  readonly maxFrames?: number;
  /** The number of threads of the emulator; as many as processors and games allow by default. */
  readonly threads?: number;
}

/**
 * Opens n games of the Arcade Learning Environment, through `ale_py.vector_env.AtariVectorEnv`: emulation
 * and preprocessing are C++.
 *
 * Observations are [B, H, W, stack] bytes, the oldest frame first. Row i of `reset(seed)` has the seed
 * seed + i.
 *
 * Source: Bellemare et al., The Arcade Learning Environment (2013).
 *
 * @param game its name in ALE, such as `"pong"` or `"montezuma_revenge"`.
 * @throws if Python or a package is missing, the game is unknown, or an option is refused by ALE.
 */
export function atari(game: string, options: AtariOptions = {}): Promise<GymnasiumEnvironment> {
  const { n = 1, python, timeout, ...given } = options;
  const { stack = 4, size = [84, 84], frameSkip = 4, noops = 30, threads = 0 } = given;
  checkCount("atari", "n", n, 1);
  checkCount("atari", "stack", stack, 1);
  size.forEach((pixels) => checkCount("atari", "size", pixels, 1));
  checkCount("atari", "frameSkip", frameSkip, 1);
  const keywords = {
    stack_num: stack,
    img_height: size[0],
    img_width: size[1],
    grayscale: given.greyscale ?? true,
    frameskip: frameSkip,
    maxpool: given.maxPool ?? true,
    noop_max: noops,
    episodic_life: given.episodicLife ?? false,
    reward_clipping: given.clipRewards ?? false,
    use_fire_reset: given.fireReset ?? false,
    repeat_action_probability: given.repeatProbability ?? 0,
    full_action_space: given.fullActions ?? false,
    max_num_frames_per_episode: given.maxFrames ?? 108_000,
    num_threads: threads,
  };
  const request = { make: "atari", name: game, n, options: keywords } as const;
  return openBridge(`atari("${game}")`, request, {
    ...(python === undefined ? {} : { python }),
    ...(timeout === undefined ? {} : { timeout }),
  });
}
