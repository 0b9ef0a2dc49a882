import { access } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { vectorize } from "../../envs";
import { jit } from "../../jit";
import { takeNumbers, type Numbers } from "../../train/metrics";
import { replay, type Transitions } from "../replay";
import { compiledStep } from "./compiled-step";
import { tallyStep, type LearningCurve } from "./curve";
import { runEpisodes } from "./evaluate";
import { readRun, writeRun, type Settings, type Snapshot } from "./run-file";
import type { TrainAgentOptions } from "./options";

/** An agent with its environments, its experience and its curve, in the middle of a run. */
export interface Learner<S> {
  readonly step: number;
  readonly updates: number;
  readonly curve: LearningCurve;
  /** Makes one step of each copy. */
  collect(): void;
  /** Makes the updates that are due; returns the metrics of each. */
  learn(): Numbers[];
  evaluate(): Promise<void>;
  /** Returns a copy of the agent's state. */
  state(): S;
  save(path: string): Promise<void>;
  dispose(): void;
}

/** Starts a run, or resumes the one in the checkpoint's file. */
export async function startLearner<S, E extends object, P>(
  options: TrainAgentOptions<S, E, P>,
): Promise<Learner<S>> {
  const { agent, env, params = env.params, copies = 8, evaluation, discount, checkpoint } = options;
  const {
    batchSize = 64,
    returnSteps = 1,
    learnFrom = 1000,
    updatesPerStep = 0.25,
    correction = 1,
  } = options;
  const [startKey, collectKey, sampleKey, updateKey, evaluationKey] = random.split(options.key, 5);
  const settings = settingsOf(options);
  const first = await startRun(options, startKey, settings, checkpoint?.path);
  const { replay: kept, returns, lengths } = first;
  const { episodes, evaluations } = { episodes: [...first.episodes], evaluations: [...first.evaluations] };
  let { step, updates, env: state, observation } = first;

  const many = vectorize(env);
  const learned = jit.stateful(
    (before: S, batch: Transitions<tf.Tensor, tf.Tensor>, key: random.Key) => {
      const { state: after, metrics, errors } = agent.update(before, batch, key);
      return [after, { metrics, errors }] as const;
    },
    first.agent,
    { name: `the update of ${agent.name}` },
  );
  tree.dispose(first.agent);
  const act = learned.read(
    (s: S, seen: tf.Tensor, key: random.Key, t: tf.Scalar) => agent.act(s, seen, key, t),
    { name: `the actions of ${agent.name}` },
  );
  const policy = learned.read((s: S, seen: tf.Tensor, key: random.Key) => agent.policy(s, seen, key), {
    name: `the policy of ${agent.name}`,
  });
  const move = compiledStep(many.step.bind(many), params, env.name);
  const judge = evaluation?.env ?? env;
  const judged = compiledStep(judge.step.bind(judge), params, judge.name);

  const update = (): Numbers[] => {
    const beta = typeof correction === "number" ? correction : numberIn(correction(tf.scalar(step)));
    const { transitions, ids } = kept.sample(random.fold(sampleKey, updates), {
      batchSize,
      discount,
      steps: returnSteps,
      correction: beta,
    });
    const { metrics, errors } = learned(transitions, random.fold(updateKey, updates));
    tree.dispose(transitions);
    const numbers = errors.dataSync();
    errors.dispose();
    const rows = takeNumbers("trainAgent", metrics, 1, updates); // throws if they are not finite
    if (options.replay.priority !== undefined) kept.prioritize(ids, numbers);
    updates += 1;
    return rows;
  };
  const snapshot = (): Snapshot<S, E> => {
    const common = { step, updates, env: state, observation, replay: kept, returns, lengths };
    return { ...common, episodes, evaluations, agent: learned.state() };
  };
  return {
    get step() {
      return step;
    },
    get updates() {
      return updates;
    },
    curve: { episodes, evaluations },
    collect() {
      const [actKey, stepKey] = random.split(random.fold(collectKey, step / copies));
      const before = { state, observation };
      const { action, moved } = tree.tidy(() => {
        const chosen = act(before.observation, actKey, tf.scalar(step));
        return { action: chosen, moved: move(stepKey, before.state, chosen) };
      });
      const { reward, terminated, truncated, finalObservation: nextObservation } = moved;
      kept.add({ observation: before.observation, action, reward, terminated, truncated, nextObservation });
      step += copies;
      const [rewards, ...ends] = [reward, terminated, truncated].map((x) => x.dataSync());
      const ended = (b: number): boolean => ends.some((end) => Boolean(end[b]));
      episodes.push(...tallyStep({ returns, lengths }, rewards ?? [], ended, step));
      ({ state, observation } = moved);
      tree.dispose([before, action, reward, terminated, truncated, nextObservation]);
    },
    learn() {
      const due = Math.floor((step - learnFrom) * updatesPerStep);
      const numbers: Numbers[] = [];
      while (updates < due) numbers.push(...tree.tidy(update));
      return numbers;
    },
    async evaluate() {
      if (evaluation === undefined || evaluations.at(-1)?.step === step) return;
      const run = await runEpisodes(judge, judged, policy, evaluationKey, {
        episodes: evaluation.episodes,
        params,
      });
      evaluations.push({ step, returns: run.returns });
    },
    state: () => learned.state(),
    async save(path) {
      const now = snapshot();
      try {
        await writeRun(path, now, settings);
      } finally {
        tree.dispose(now.agent);
      }
    },
    dispose() {
      learned.dispose();
      move.dispose();
      judged.dispose();
      tree.dispose([state, observation]);
    },
  };
}

/** Returns a run before its first step, or the one in the file if there is one. */
async function startRun<S, E extends object, P>(
  options: TrainAgentOptions<S, E, P>,
  key: random.Key,
  settings: Settings,
  path: string | undefined,
): Promise<Snapshot<S, E>> {
  const { agent, env, params = env.params, copies = 8 } = options;
  const [resetKey, actKey] = random.split(key);
  const [state, observation] = tree.tidy(() => env.reset(resetKey, copies, params));
  const action = tree.tidy(() => agent.act(options.state, observation, actKey, tf.scalar(0)));
  try {
    if (path !== undefined && (await exists(path))) {
      const like = { agent: options.state, env: state, observation, action };
      const run = await readRun(path, like, options.replay, settings);
      tree.dispose([state, observation]);
      return run;
    }
    return {
      ...{ step: 0, updates: 0, episodes: [], evaluations: [] },
      returns: new Float64Array(copies),
      lengths: new Float64Array(copies),
      replay: replay({ observation, action }, options.replay),
      agent: tree.clone(options.state),
      ...{ env: state, observation },
    };
  } finally {
    action.dispose();
  }
}

/** What a resumed run must have in common with the saved one; the number of steps may be another. */
function settingsOf<S, E extends object, P>(options: TrainAgentOptions<S, E, P>): Settings {
  const { agent, env, key, copies = 8, batchSize = 64, discount, returnSteps = 1 } = options;
  const { learnFrom = 1000, updatesPerStep = 0.25, evaluation, replay: kept } = options;
  return {
    ...{ agent: agent.name, env: env.name, key: Array.from(wordsOf(key)).join(" ") },
    ...{ copies, batchSize, discount, returnSteps, learnFrom, updatesPerStep },
    "replay.capacity": kept.capacity,
    "evaluation.every": evaluation?.every ?? 0,
    "evaluation.episodes": evaluation?.episodes ?? 0,
  };
}

function wordsOf({ words }: random.Key): Int32Array {
  return words instanceof tf.Tensor ? words.dataSync<"int32">() : words;
}

function numberIn(x: tf.Tensor): number {
  return x.dataSync()[0] ?? NaN;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
