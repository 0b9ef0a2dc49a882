/** What this room uses of npm's `mujoco-js`, whose own types leave arrays untyped. */
export interface MujocoModule {
  /** The files that MuJoCo sees. */
  readonly FS: {
    mkdirTree(path: string): void;
    writeFile(path: string, content: string | Uint8Array): void;
    unlink(path: string): void;
  };
  readonly MjModel: { loadFromXML(path: string): MjModel | null };
  readonly MjData: new (model: MjModel) => MjData;
  readonly DoubleBuffer: new (length: number) => { GetView(): Float64Array; delete(): void };
  readonly mjtObj: Readonly<Record<`mjOBJ_${Uppercase<NamedKind>}`, { readonly value: number }>>;
  mj_step(model: MjModel, data: MjData): void;
  mj_step1(model: MjModel, data: MjData): void;
  mj_step2(model: MjModel, data: MjData): void;
  mj_forward(model: MjModel, data: MjData): void;
  mj_resetData(model: MjModel, data: MjData): void;
  mj_name2id(model: MjModel, kind: number, name: string): number;
  mj_id2name(model: MjModel, kind: number, id: number): string;
}

/** The kinds of elements of a model that have names. */
export type NamedKind = "body" | "joint" | "geom" | "site" | "camera" | "actuator" | "sensor" | "tendon";

/**
 * A compiled model, in MuJoCo's own words and units: `mjModel` in its documentation.
 *
 * Each array is a view of MuJoCo's memory, made at the access. Do not keep one: when the memory grows, a view
 * is empty.
 */
export interface MjModel {
  /** The number of coordinates. */
  readonly nq: number;
  /** The number of degrees of freedom. */
  readonly nv: number;
  /** The number of actuators. */
  readonly nu: number;
  /** The number of geoms. */
  readonly ngeom: number;
  /** The number of sites. */
  readonly nsite: number;
  /** The number of cameras. */
  readonly ncam: number;
  /** The number of lights. */
  readonly nlight: number;
  /** The number of joints. */
  readonly njnt: number;
  /** The number of tendons. */
  readonly ntendon: number;
  /** The number of materials. */
  readonly nmat: number;
  /** The number of textures. */
  readonly ntex: number;
  /** The types of the joints, [njnt]: 0 free, 1 ball, 2 slide, 3 hinge. */
  readonly jnt_type: Int32Array;
  /** Where each joint's coordinates begin, [njnt]. */
  readonly jnt_qposadr: Int32Array;
  /** Whether each joint has limits, [njnt]. */
  readonly jnt_limited: Uint8Array;
  /** The limits of the joints, [njnt, 2], in m or radians. */
  readonly jnt_range: Float64Array;
  /** The damping of each degree of freedom, [nv]. */
  readonly dof_damping: Float64Array;
  /** The bounds of the controls, [nu, 2]. */
  readonly actuator_ctrlrange: Float64Array;
  /** Whether each control has bounds, [nu]. */
  readonly actuator_ctrllimited: Uint8Array;
  /** Where each sensor's readings begin, [nsensor]. */
  readonly sensor_adr: Int32Array;
  /** The types of the geoms, [ngeom]. */
  readonly geom_type: Int32Array;
  /** The sizes of the geoms, [ngeom, 3], in m. */
  readonly geom_size: Float64Array;
  /** The positions of the geoms in their bodies, [ngeom, 3], in m. */
  readonly geom_pos: Float64Array;
  /** The colours of the geoms without a material, [ngeom, 4]. */
  readonly geom_rgba: Float32Array;
  /** The groups of the geoms, [ngeom]. */
  readonly geom_group: Int32Array;
  /** The material of each geom, [ngeom], −1 for none. */
  readonly geom_matid: Int32Array;
  /** The types of the sites, [nsite]. */
  readonly site_type: Int32Array;
  /** The sizes of the sites, [nsite, 3], in m. */
  readonly site_size: Float64Array;
  /** The colours of the sites without a material, [nsite, 4]. */
  readonly site_rgba: Float32Array;
  /** The groups of the sites, [nsite]. */
  readonly site_group: Int32Array;
  /** The material of each site, [nsite], −1 for none. */
  readonly site_matid: Int32Array;
  /** The widths of the tendons, [ntendon], in m. */
  readonly tendon_width: Float64Array;
  /** The colours of the tendons without a material, [ntendon, 4]. */
  readonly tendon_rgba: Float32Array;
  /** The groups of the tendons, [ntendon]. */
  readonly tendon_group: Int32Array;
  /** The material of each tendon, [ntendon], −1 for none. */
  readonly tendon_matid: Int32Array;
  /** The vertical angles of view of the cameras, [ncam], in degrees. */
  readonly cam_fovy: Float64Array;
  /** The colours of the materials, [nmat, 4]. */
  readonly mat_rgba: Float32Array;
  /** The textures of each material by their role, [nmat, 10]. */
  readonly mat_texid: Int32Array;
  /** How often a material's texture repeats, [nmat, 2]. */
  readonly mat_texrepeat: Float32Array;
  /** Whether it repeats per unit of length, [nmat]. */
  readonly mat_texuniform: Uint8Array;
  /** The types of the textures, [ntex]: 0 for a flat one. */
  readonly tex_type: Int32Array;
  /** The widths of the textures in pixels, [ntex]. */
  readonly tex_width: Int32Array;
  /** The heights of the textures in pixels, [ntex]. */
  readonly tex_height: Int32Array;
  /** The number of channels of each texture, [ntex]. */
  readonly tex_nchannel: Int32Array;
  /** Where the bytes of each texture begin, [ntex]. */
  readonly tex_adr: Int32Array;
  /** The bytes of all textures. */
  readonly tex_data: Uint8Array;
  /** The types of the lights, [nlight]: 0 spot, 1 directional, 2 point. */
  readonly light_type: Int32Array;
  /** Whether each light is on, [nlight]. */
  readonly light_active: Uint8Array;
  /** The ambient colours of the lights, [nlight, 3]. */
  readonly light_ambient: Float32Array;
  /** The diffuse colours of the lights, [nlight, 3]. */
  readonly light_diffuse: Float32Array;
  /** The half-angles of spot lights, [nlight], in degrees. */
  readonly light_cutoff: Float32Array;
  /** The exponents of spot lights, [nlight]. */
  readonly light_exponent: Float32Array;
  /** What is asked of the solver. */
  readonly opt: {
    /** The duration of a physics step in s. */
    readonly timestep: number;
    /** The integrator: 0 semi-implicit Euler, 1 Runge–Kutta of order four. */
    readonly integrator: number;
    /** The parts that are turned off, as bits. */
    disableflags: number;
  };
  /** The middle and the size of the model. */
  readonly stat: {
    /** Its middle, [3], in m. */
    readonly center: Float64Array;
    /** Its size in m. */
    readonly extent: number;
  };
  /** How it wants to be seen. */
  readonly vis: {
    /** The light at the camera. */
    readonly headlight: {
      /** Its ambient colour, [3]. */
      readonly ambient: Float32Array;
      /** Its diffuse colour, [3]. */
      readonly diffuse: Float32Array;
      /** Whether it is on. */
      readonly active: number;
    };
  };
  /** Frees it; done by `close`. */
  delete(): void;
}

/**
 * The state of a simulation and what follows from it, in MuJoCo's own words and units: `mjData` in its
 * documentation.
 *
 * Each array is a view of MuJoCo's memory, made at the access. Do not keep one: when the memory grows, a view
 * is empty.
 */
export interface MjData {
  /** The simulated time in s. */
  time: number;
  /** The number of contacts. */
  readonly ncon: number;
  /** The coordinates, [nq], in m and radians. */
  readonly qpos: Float64Array;
  /** The velocities, [nv]. */
  readonly qvel: Float64Array;
  /** The controls, [nu]. */
  readonly ctrl: Float64Array;
  /** The readings of the sensors. */
  readonly sensordata: Float64Array;
  /** The positions of the bodies, [nbody, 3], in m. */
  readonly xpos: Float64Array;
  /** The axes of the bodies, [nbody, 3, 3]: column k is the k-th axis in the world. */
  readonly xmat: Float64Array;
  /** The positions of the geoms, [ngeom, 3], in m. */
  readonly geom_xpos: Float64Array;
  /** The axes of the geoms, [ngeom, 3, 3]. */
  readonly geom_xmat: Float64Array;
  /** The positions of the sites, [nsite, 3], in m. */
  readonly site_xpos: Float64Array;
  /** The axes of the sites, [nsite, 3, 3]. */
  readonly site_xmat: Float64Array;
  /** The positions of the cameras, [ncam, 3], in m. */
  readonly cam_xpos: Float64Array;
  /** The axes of the cameras, [ncam, 3, 3]: to the right, up, backwards. */
  readonly cam_xmat: Float64Array;
  /** The positions of the lights, [nlight, 3], in m. */
  readonly light_xpos: Float64Array;
  /** Where the lights shine, [nlight, 3]. */
  readonly light_xdir: Float64Array;
  /** Where each tendon's path begins in `wrap_xpos`, [ntendon]. */
  readonly ten_wrapadr: Int32Array;
  /** The number of points of each tendon's path, [ntendon]. */
  readonly ten_wrapnum: Int32Array;
  /** The points of the tendons' paths, in m. */
  readonly wrap_xpos: Float64Array;
  /** Frees it; done by `close`. */
  delete(): void;
}
