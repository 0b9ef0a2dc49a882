export { dci, type Dci, type DciOptions } from "./dci";
export { higgins, type HigginsOptions } from "./higgins";
export { mig, type Mig } from "./mig";
