import { access } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { vectorize } from "../../envs";
import { jit } from "../../jit";
import { takeNumbers, type Numbers } from "../../train/metrics";
import { replay } from "../replay";
import type { AgentUpdate } from "./agent";
import { compiledStep } from "./compiled-step";
import { tallyStep, type LearningCurve } from "./curve";
import { loopAgent, replaceMemory, type Memory } from "./kinds";
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
  /** Whether updates are due. */
  readonly isBehind: boolean;
  /** Makes one of the updates that are due; returns its metrics. */
  learn(): Numbers[];
  evaluate(): Promise<void>;
  /** Returns a copy of the agent's state. */
  state(): S;
  save(path: string): Promise<void>;
  dispose(): void;
}

type Update<S> = (state: S, data: object, key: random.Key) => AgentUpdate<S>;

/** Starts a run, or resumes the one in the checkpoint's file. */
export async function startLearner<S, E extends object, P>(
  options: TrainAgentOptions<S, E, P>,
): Promise<Learner<S>> {
  const { env, params = env.params, copies = 8, evaluation, discount, checkpoint } = options;
  const { pretrainUpdates = 0 } = options;
  const { name } = options.agent;
  const agent = loopAgent(options.agent);
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
  let { step, updates, env: state, observation, memory, fresh } = first;

  const many = vectorize(env);
  const updating = (update: Update<S>) => (before: S, data: object, key: random.Key) => {
    const { state: after, metrics, errors } = update(before, data, key);
    return [after, { metrics, ...(errors && { errors }) }] as const;
  };
  const learned = jit.stateful(updating(agent.update.bind(agent)), first.agent, {
    name: `the update of ${name}`,
  });
  const { pretrain } = agent;
  const isPretraining = pretrain !== undefined && updates < pretrainUpdates;
  let pretrained = isPretraining
    ? jit.stateful(updating(pretrain), first.agent, { name: `the pre-training of ${name}` })
    : undefined;
  tree.dispose(first.agent);
  const act = learned.read(agent.act.bind(agent), { name: `the actions of ${name}` });
  const policy = learned.read(agent.policy.bind(agent), { name: `the policy of ${name}` });
  const begin = (n: number): Memory => {
    const now = learned.state();
    const memory = tree.tidy(() => agent.begin(now, n));
    tree.dispose(now);
    return memory;
  };
  /** The number of updates up to this step. */
  const due = (): number =>
    step < learnFrom ? 0 : pretrainUpdates + Math.floor((step - learnFrom) * updatesPerStep);
  /** Hands what was pre-trained to the other updates. */
  const endPretraining = (): void => {
    if (pretrained === undefined) return;
    const after = pretrained.state();
    learned.assign(after);
    tree.dispose(after);
    pretrained.dispose();
    pretrained = undefined;
  };
  const move = compiledStep(many.step.bind(many), params, env.name);
  const judge = evaluation?.env ?? env;
  const judged = compiledStep(judge.step.bind(judge), params, judge.name);

  const update = (): Numbers[] => {
    const beta = typeof correction === "number" ? correction : numberIn(correction(tf.scalar(step)));
    const { data, ids } = agent.draw(kept, random.fold(sampleKey, updates), {
      batchSize,
      discount,
      steps: returnSteps,
      correction: beta,
    });
    const { metrics, errors } = (pretrained ?? learned)(data, random.fold(updateKey, updates));
    const rows = takeNumbers("trainAgent", metrics, 1, updates); // throws if they are not finite
    if (ids !== undefined && options.replay.priority !== undefined) {
      if (errors === undefined)
        throw new Error(`trainAgent: an update of ${name} must return errors for replay.priority, got none`);
      kept.prioritize(ids, errors.dataSync());
    }
    updates += 1;
    if (updates >= pretrainUpdates) endPretraining();
    return rows;
  };
  const snapshot = (): Snapshot<S, E> => {
    const common = { step, updates, env: state, observation, memory, fresh, replay: kept, returns, lengths };
    return { ...common, episodes, evaluations, agent: (pretrained ?? learned).state() };
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
      const before = { state, observation, fresh };
      const { action, after, moved } = tree.tidy(() => {
        const chosen = act(memory, before.fresh, before.observation, actKey, tf.scalar(step));
        const then = move(stepKey, before.state, chosen.action);
        return { action: chosen.action, after: chosen.memory, moved: then };
      });
      memory = replaceMemory(memory, after);
      const { reward, terminated, truncated, finalObservation: nextObservation } = moved;
      kept.add({ observation: before.observation, action, reward, terminated, truncated, nextObservation });
      step += copies;
      const [rewards, ...ends] = [reward, terminated, truncated].map((x) => x.dataSync());
      const ended = (b: number): boolean => ends.some((end) => Boolean(end[b]));
      episodes.push(...tallyStep({ returns, lengths }, rewards ?? [], ended, step));
      ({ state, observation } = moved);
      fresh = tf.tidy(() => terminated.logicalOr(truncated));
      tree.dispose([before, action, reward, terminated, truncated, nextObservation]);
    },
    get isBehind() {
      return updates < due();
    },
    learn: () => tree.tidy(update),
    async evaluate() {
      if (evaluation === undefined || evaluations.at(-1)?.step === step) return;
      const { episodes: count } = evaluation;
      const run = await runEpisodes(judge, judged, { begin, act: policy }, evaluationKey, {
        episodes: count,
        params,
      });
      evaluations.push({ step, returns: run.returns });
    },
    state: () => (pretrained ?? learned).state(),
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
      pretrained?.dispose();
      move.dispose();
      judged.dispose();
      tree.dispose([state, observation, memory, fresh]);
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
  const { env, params = env.params, copies = 8 } = options;
  const agent = loopAgent(options.agent);
  const [resetKey, actKey] = random.split(key);
  const [state, observation] = tree.tidy(() => env.reset(resetKey, copies, params));
  const fresh = tf.ones<tf.Rank.R1>([copies], "bool");
  const memory = tree.tidy(() => agent.begin(options.state, copies));
  const action = tree.tidy(
    () => agent.act(options.state, memory, fresh, observation, actKey, tf.scalar(0)).action,
  );
  try {
    if (path !== undefined && (await exists(path))) {
      const like = { agent: options.state, env: state, observation, memory, fresh, action };
      const run = await readRun(path, like, options.replay, settings);
      tree.dispose([state, observation, memory, fresh]);
      return run;
    }
    return {
      ...{ step: 0, updates: 0, episodes: [], evaluations: [] },
      returns: new Float64Array(copies),
      lengths: new Float64Array(copies),
      replay: replay({ observation, action }, options.replay),
      agent: tree.clone(options.state),
      ...{ env: state, observation, memory, fresh },
    };
  } finally {
    action.dispose();
  }
}

/** What a resumed run must have in common with the saved one; the number of steps may be another. */
function settingsOf<S, E extends object, P>(options: TrainAgentOptions<S, E, P>): Settings {
  const { agent, env, key, copies = 8, batchSize = 64, discount, returnSteps = 1 } = options;
  const { learnFrom = 1000, updatesPerStep = 0.25, pretrainUpdates = 0, evaluation, replay: kept } = options;
  return {
    ...{ agent: agent.name, env: env.name, key: Array.from(wordsOf(key)).join(" ") },
    ...{ copies, batchSize, discount, returnSteps, learnFrom, updatesPerStep, pretrainUpdates },
    "agent.sequenceLength": loopAgent(agent).sequenceLength,
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
