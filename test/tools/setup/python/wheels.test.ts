import { describe, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/python/wheels.mjs");
}
const linux = { platform: "linux", arch: "x64", nvidia: false, device: undefined };

describe("nativeWheels", () => {
  test("returns the CPU wheel without a GPU", async () => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(nativeWheels(linux).packages).toEqual([`tensorflow-cpu==${tensorflowVersion}`]);
  });

  test("returns TensorFlow and pinned CUDA packages with a GPU", async () => {
    const { nativeWheels, tensorflowVersion } = await load();
    const { packages } = nativeWheels({ ...linux, nvidia: true });
    expect(packages[0]).toBe(`tensorflow==${tensorflowVersion}`);
    expect(packages.slice(1).every((name) => /^nvidia-[a-z-]+-cu12==[\d.]+$/.test(name))).toBe(true);
    expect(packages).toContainEqual(expect.stringMatching(/^nvidia-cudnn-cu12==/));
  });

  test("follows LATENT_DEVICE instead of the hardware", async () => {
    const { nativeWheels } = await load();
    const [cpu, gpu] = [nativeWheels(linux).packages, nativeWheels({ ...linux, nvidia: true }).packages];
    expect(nativeWheels({ ...linux, nvidia: true, device: "cpu" }).packages).toEqual(cpu);
    expect(nativeWheels({ ...linux, device: "gpu" }).packages).toEqual(gpu);
    expect(nativeWheels({ ...linux, device: "" }).packages).toEqual(cpu);
    expect(() => nativeWheels({ ...linux, device: "tpu" })).toThrow(
      'LATENT_DEVICE must be cpu or gpu, got "tpu"; change it or leave it unset',
    );
  });

  test("requires more disk space with CUDA than without", async () => {
    const { nativeWheels } = await load();
    expect(nativeWheels({ ...linux, nvidia: true }).bytes).toBeGreaterThan(nativeWheels(linux).bytes);
  });

  test.each([
    ["linux", "arm64"],
    ["darwin", "arm64"],
  ])("returns the only wheel for %s %s", async (platform, arch) => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(nativeWheels({ ...linux, platform, arch, nvidia: true }).packages).toEqual([
      `tensorflow==${tensorflowVersion}`,
    ]);
  });

  test.each([
    ["win32", "x64"],
    ["darwin", "x64"],
    ["freebsd", "x64"],
  ])("throws for %s %s", async (platform, arch) => {
    const { nativeWheels, tensorflowVersion } = await load();
    expect(() => nativeWheels({ ...linux, platform, arch })).toThrow(
      `TensorFlow ${tensorflowVersion} has no library for ${platform} ${arch}; use Linux`,
    );
  });
});

describe("requirementLines", () => {
  const hashes = () => import("../../../../tools/setup/python/wheel-hashes.mjs");

  test("contains the hash of every wheel, and of TensorFlow's for each system", async () => {
    const [{ nativeWheels }, { requirementLines }] = await Promise.all([load(), hashes()]);
    const [cpu, gpu] = [linux, { ...linux, nvidia: true }].map((machine) =>
      requirementLines(nativeWheels(machine).packages),
    );
    expect(cpu).toMatch(/^tensorflow-cpu==[\d.]+ --hash=sha256:[0-9a-f]{64}\n$/);
    expect(gpu?.trim().split("\n")).toHaveLength(13);
    expect(gpu).toMatch(/^tensorflow==[\d.]+( --hash=sha256:[0-9a-f]{64}){3}\n/);
  });

  test("throws for a package without a known hash", async () => {
    const { requirementLines } = await hashes();
    expect(() => requirementLines(["left==1.0"])).toThrow(
      "requirementLines: no hash is known for left==1.0; add it to wheel-hashes.mjs",
    );
  });
});
