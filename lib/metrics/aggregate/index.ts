/** Scores of several runs and tasks, summed up with intervals. */
export {
  bootstrap,
  interquartileMean,
  mean,
  median,
  optimalityGap,
  probabilityOfImprovement,
  type BootstrapInterval,
  type BootstrapOptions,
  type Scores,
  type Statistic,
} from "./aggregate";
