import { existsSync } from "node:fs";
import { SetupError } from "../system/setup-error.mjs";

/** The version of TensorFlow that the addon is compiled against. */
export const tensorflowVersion = "2.21.0";

/**
 * The CUDA libraries that TensorFlow 2.21 loads on a GPU: all dependencies of `tensorflow[and-cuda]`, pinned.
 */
const cudaPackages = [
  "nvidia-cublas-cu12==12.9.3.13",
  "nvidia-cuda-cupti-cu12==12.9.79",
  "nvidia-cuda-nvcc-cu12==12.9.86",
  "nvidia-cuda-nvrtc-cu12==12.9.86",
  "nvidia-cuda-runtime-cu12==12.9.79",
  "nvidia-cudnn-cu12==9.28.0.42",
  "nvidia-cufft-cu12==11.4.1.4",
  "nvidia-curand-cu12==10.3.10.19",
  "nvidia-cusolver-cu12==11.7.5.82",
  "nvidia-cusparse-cu12==12.5.10.65",
  "nvidia-nccl-cu12==2.32.3",
  "nvidia-nvjitlink-cu12==12.9.86",
];

/**
 * @typedef {object} Machine the properties that determine which libraries to use
 * @property {string} platform the value of `process.platform`
 * @property {string} arch the value of `process.arch`
 * @property {boolean} nvidia whether an NVIDIA GPU is present
 * @property {string | undefined} device the value of LATENT_DEVICE
 */

/**
 * @typedef {object} Wheels
 * @property {readonly string[]} packages pip requirements
 * @property {string} size the size of the download, for display
 * @property {number} bytes the disk space needed, including the download
 */

/**
 * Returns the wheels with TensorFlow's libraries for a machine.
 *
 * @param {Machine} machine
 * @returns {Wheels}
 * @throws {SetupError} if there are none for the machine, or LATENT_DEVICE is invalid
 */
export function nativeWheels({ platform, arch, nvidia, device }) {
  if (device !== undefined && !["", "cpu", "gpu"].includes(device))
    throw new SetupError(`LATENT_DEVICE must be cpu or gpu, got "${device}"`, "change it or leave it unset");
  const whole = `tensorflow==${tensorflowVersion}`;
  const cpu = { size: "a download of 260 MB", bytes: 1.6e9 };
  switch (`${platform} ${arch}`) {
    case "linux x64":
      if (device === "gpu" || (nvidia && device !== "cpu"))
        return { packages: [whole, ...cudaPackages], size: "with CUDA, a download of 3.3 GB", bytes: 10e9 };
      return { packages: [`tensorflow-cpu==${tensorflowVersion}`], ...cpu };
    case "linux arm64": // this wheel has no GPU code
    case "darwin arm64":
      return { packages: [whole], ...cpu };
    default:
      throw new SetupError(
        `TensorFlow ${tensorflowVersion} has no library for ${platform} ${arch}`,
        "use Linux, or on Windows a checkout inside WSL",
      );
  }
}

/** Whether an NVIDIA GPU is available, natively or in WSL. */
export function hasNvidiaGpu() {
  if (existsSync("/dev/dxg") && existsSync("/usr/lib/wsl/lib/nvidia-smi")) return true;
  return [0, 1, 2, 3, 4, 5, 6, 7].some((index) => existsSync(`/dev/nvidia${index}`));
}
