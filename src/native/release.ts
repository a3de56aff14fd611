/** TensorFlow's own Python wheel for one system: where the native libraries come from. */
export interface Wheel {
  /** Its name in the Python package index. */
  readonly distribution: string;
  readonly version: string;
  /** The system as pip names it. */
  readonly pipPlatform: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Size of its libraries once they are unpacked. */
  readonly unpackedBytes: number;
  /** The libraries that the binding is linked with, in the wheel's folder `tensorflow`. */
  readonly libraries: readonly string[];
  /** Libraries that those bring along, by their path in the wheel; they are looked for at `deps/` and this path. */
  readonly beside: readonly string[];
}

/** What a set-up consists of. Every file that is fetched is pinned by a hash: here, or in the packages' lock file. */
export interface NativeRelease {
  /** Version of @tensorflow/tfjs-node. */
  readonly tfjsNode: string;
  /** The Node-API version that the binding is built for. One build serves every Node that has it: 20, 24 and VS Code's own. */
  readonly napi: number;
  /** The npm packages: a manifest, and a lock file with the hash of each. It names no registry: the user's own serves. */
  readonly packages: { readonly manifest: unknown; readonly lock: unknown };
  /** Bytes that npm fetches, that it unpacks on the way, and that are kept of them. */
  readonly packagesDownload: number;
  readonly packagesBytes: number;
  readonly packagesKept: number;
  /** The Python version whose wheel is taken; no Python of that version has to be there. */
  readonly python: string;
  /** By `process.platform` and `process.arch`, as in `linux-x64`. */
  readonly wheels: Readonly<Record<string, Wheel>>;
}

const linux = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const mac = ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'];

/** TensorFlow 2.12: the newest whose C interface the binding of tfjs-node 4.22 was run with. macOS has no 2.12.1. */
export const WHEELS: NativeRelease['wheels'] = {
  'linux-x64': {
    distribution: 'tensorflow-cpu',
    version: '2.12.1',
    pipPlatform: 'manylinux2014_x86_64',
    sha256: '7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855',
    bytes: 231_826_663,
    unpackedBytes: 577_575_968,
    libraries: linux,
    beside: [],
  },
  'linux-arm64': {
    distribution: 'tensorflow-cpu-aws',
    version: '2.12.1',
    pipPlatform: 'manylinux2014_aarch64',
    sha256: '7c3ead9d34f0a32a7dd0714c713a9e71361228620ffd7d0aa633b8c88a27971c',
    bytes: 241_696_039,
    unpackedBytes: 625_327_184,
    libraries: linux,
    beside: ['tensorflow_cpu_aws.libs/libgomp-cc9055c7.so.1.0.0'],
  },
  'darwin-x64': {
    distribution: 'tensorflow-cpu',
    version: '2.12.0',
    pipPlatform: 'macosx_12_0_x86_64',
    sha256: 'b9c8f0d0658da8a5b25a4fe5ca315f86c449eb11e30d79cea49c7658be75a825',
    bytes: 230_143_921,
    unpackedBytes: 657_765_912,
    libraries: mac,
    beside: [],
  },
  'darwin-arm64': {
    distribution: 'tensorflow-macos',
    version: '2.12.0',
    pipPlatform: 'macosx_12_0_arm64',
    sha256: '9c9b14fbb73ec4cb0f209722a1489020fd8614c92ae22589f2309c48cefdf21f',
    bytes: 200_866_734,
    unpackedBytes: 552_089_484,
    libraries: mac,
    beside: [],
  },
};

/** All that is pinned but the packages, so that whoever only looks for what was set up need not carry their lock file. */
export const NATIVE = {
  tfjsNode: '4.22.0',
  napi: 8,
  python: '3.11',
  packagesDownload: 75_000_000,
  packagesBytes: 320_000_000,
  packagesKept: 40_000_000,
  wheels: WHEELS,
} as const;
