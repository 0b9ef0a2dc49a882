import { show } from "../core/show/show";
import { kernelHook } from "./kernel-hook";

// The kernel cannot import the library; this is how it shows tensors, distributions and trees
const hook = kernelHook();
if (hook !== undefined)
  hook.show = (value) => {
    const shown = show(value);
    return shown && { ...shown };
  };
