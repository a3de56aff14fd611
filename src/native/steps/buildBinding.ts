import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../nativeCache.ts';
import type { NativeRelease, Wheel } from '../release.ts';
import { reasonIn, runTool } from '../runTool.ts';
import { failure, saysOutOfSpace } from '../setUpError.ts';
import type { Tools } from './tools.ts';

/**
 * Compiles tfjs-node's binding, two files of C++, and links it with TensorFlow's libraries. This is what its own build does by
 * way of node-gyp, which besides would need make, a Python that gyp accepts, and Node's headers from a server of their own:
 * Node-API has a stable interface, and its headers come as an npm package.
 */
export async function buildBinding(
  staging: string,
  release: NativeRelease,
  wheel: Wheel,
  { compiler: [program, ...first] }: Tools,
  signal: AbortSignal,
): Promise<void> {
  const folder = packageFolder(staging);
  const target = path.join('lib', `napi-v${release.napi}`);
  await mkdir(path.join(folder, target), { recursive: true });
  const headers = path.join(staging, 'node_modules', 'node-api-headers', 'include');
  const flags = ['-O2', '-std=c++17', '-fPIC', '-fno-exceptions', '-fno-rtti', `-DNAPI_VERSION=${release.napi}`];
  // Found beside the binding, wherever the whole folder lies.
  const linking =
    process.platform === 'darwin'
      ? ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
      : ['-shared', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  const args = [
    ...flags,
    ...['-I..', '-Ideps/include', `-I${headers}`],
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
    ...wheel.libraries.map((library) => path.join('deps', 'lib', library)),
    ...linking,
    ...['-o', path.join(target, 'tfjs_binding.node')],
  ];
  // A compiler writes its intermediate files where TMPDIR says.
  const env = { ...process.env, TMPDIR: path.join(staging, 'temporary') };
  const { status, output } = await runTool(program, [...first, ...args], { cwd: folder, signal, env });
  if (saysOutOfSpace(output)) {
    throw new Error(output.slice(-500));
  }
  if (status !== 0) {
    throw failure('The C++ compiler could not build the binding of tfjs-node: {0}', reasonIn(output));
  }
  await rm(path.join(folder, 'deps', 'include'), { recursive: true, force: true });
}
