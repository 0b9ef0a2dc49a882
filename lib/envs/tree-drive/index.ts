export { contact, type Contact, type Obstacle, type Point } from "./contact";
export { demonstrations, type DemonstrationOptions, type Demonstrations } from "./demonstrations";
export { observe, road, start, step, type Road } from "./road";
export { rollout, type Drive, type Policy } from "./rollout";
