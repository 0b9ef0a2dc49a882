import { describe, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/python/wheels.mjs");
}
const linux = { platform: "linux", arch: "x64", nvidia: false, device: undefined };

describe("nativeWheels", () => {
  test("takes the small TensorFlow where there is no graphics card", async () => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(nativeWheels(linux).packages).toEqual([`tensorflow-cpu==${tensorflowVersion}`]);
  });

  test("takes the whole TensorFlow with CUDA where there is one, every package pinned", async () => {
    const { nativeWheels, tensorflowVersion } = await load();
    const { packages } = nativeWheels({ ...linux, nvidia: true });
    expect(packages[0]).toBe(`tensorflow==${tensorflowVersion}`);
    expect(packages.slice(1).every((name) => /^nvidia-[a-z-]+-cu12==[\d.]+$/.test(name))).toBe(true);
    expect(packages).toContainEqual(expect.stringMatching(/^nvidia-cudnn-cu12==/));
  });

  test("follows LATENT_DEVICE against what is there", async () => {
    const { nativeWheels } = await load();
    const [cpu, gpu] = [nativeWheels(linux).packages, nativeWheels({ ...linux, nvidia: true }).packages];
    expect(nativeWheels({ ...linux, nvidia: true, device: "cpu" }).packages).toEqual(cpu);
    expect(nativeWheels({ ...linux, device: "gpu" }).packages).toEqual(gpu);
    expect(nativeWheels({ ...linux, device: "" }).packages).toEqual(cpu);
    expect(() => nativeWheels({ ...linux, device: "tpu" })).toThrow(
      'LATENT_DEVICE must be cpu or gpu, got "tpu"; change it or leave it unset',
    );
  });

  test("asks for more room with CUDA than without", async () => {
    const { nativeWheels } = await load();
    expect(nativeWheels({ ...linux, nvidia: true }).bytes).toBeGreaterThan(nativeWheels(linux).bytes);
  });

  test.each([
    ["linux", "arm64"],
    ["darwin", "arm64"],
  ])("takes the only wheel there is for %s %s", async (platform, arch) => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(nativeWheels({ ...linux, platform, arch, nvidia: true }).packages).toEqual([
      `tensorflow==${tensorflowVersion}`,
    ]);
  });

  test.each([
    ["win32", "x64"],
    ["darwin", "x64"],
    ["freebsd", "x64"],
  ])("says that there is none for %s %s", async (platform, arch) => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(() => nativeWheels({ ...linux, platform, arch })).toThrow(
      `TensorFlow ${tensorflowVersion} has no library for ${platform} ${arch}; use Linux`,
    );
  });
});

describe("requirementLines", () => {
  const hashes = () => import("../../../../tools/setup/python/wheel-hashes.mjs");

  test("knows the hash of every wheel, of TensorFlow's for each system", async () => {
    const [{ nativeWheels }, { requirementLines }] = await Promise.all([load(), hashes()]);
    const [cpu, gpu] = [linux, { ...linux, nvidia: true }].map((machine) =>
      requirementLines(nativeWheels(machine).packages),
    );
    expect(cpu).toMatch(/^tensorflow-cpu==[\d.]+ --hash=sha256:[0-9a-f]{64}\n$/);
    expect(gpu?.trim().split("\n")).toHaveLength(13);
    expect(gpu).toMatch(/^tensorflow==[\d.]+( --hash=sha256:[0-9a-f]{64}){3}\n/);
  });

  test("refuses a package without one", async () => {
    const { requirementLines } = await hashes();
    expect(() => requirementLines(["left==1.0"])).toThrow(
      "requirementLines: no hash is known for left==1.0; add it to wheel-hashes.mjs",
    );
  });
});
