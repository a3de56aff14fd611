import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { say, type Sentence } from '../../core/diagnosis/sentence.ts';
import type { NativeRelease, Wheel } from '../release.ts';
import { reasonIn, runTool } from '../runTool.ts';
import { failure, SetUpError } from '../setUpError.ts';

/** A program and the arguments that always come first. */
export type Command = readonly [program: string, ...first: string[]];

/** The programs that a set-up needs, as they are called here. */
export interface Tools {
  readonly npm: Command;
  readonly pip: Command;
  readonly compiler: Command;
}

/** The system's wheel. @throws {SetUpError} where there is none: then it says what to do */
export function wheelFor(
  release: NativeRelease,
  { platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'> = process,
): Wheel {
  if (platform === 'win32') {
    throw failure(
      "On Windows the native backend is not set up from here: run 'npm install @tensorflow/tfjs-node' in the script's project, or train inside WSL, where it can be set up as on Linux.",
    );
  }
  const wheel = release.wheels[`${platform}-${arch}`];
  if (wheel === undefined) {
    throw failure('TensorFlow has no library for {0} on {1}: training runs on wasm here.', platform, arch);
  }
  if (platform === 'linux' && usesMusl()) {
    throw failure("TensorFlow's libraries need glibc, and this Linux has musl: training runs on wasm here.");
  }
  return wheel;
}

function usesMusl(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined;
}

/**
 * Finds every program that is needed, and tries each, before anything is fetched.
 * @param folder for what a try writes
 * @throws {SetUpError} that names all that are missing
 */
export async function findTools(folder: string, release: NativeRelease, signal: AbortSignal): Promise<Tools> {
  const missing: Sentence[] = [];
  const found = async (command: Promise<Command | Sentence>): Promise<Command> => {
    const result = await command;
    if ('template' in result) {
      missing.push(result);
      return [''];
    }
    return result;
  };
  const options = { cwd: folder, signal };
  const pip = await found(findPip(options));
  const compiler = await found(findCompiler(options));
  const npm = await found(findNpm(options));
  if (process.versions.napi === undefined || Number(process.versions.napi) < release.napi) {
    missing.push(say('This Node ({0}) is too old for the native backend.', process.version));
  }
  if (missing.length > 0) {
    throw new SetUpError(missing);
  }
  return { npm, pip, compiler };
}

interface Place {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

async function firstThatRuns(
  commands: readonly Command[],
  args: readonly string[],
  place: Place,
): Promise<Command | null> {
  for (const command of commands) {
    const [program, ...first] = command;
    if ((await runTool(program, [...first, ...args], place)).status === 0) {
      return command;
    }
  }
  return null;
}

async function findPip(place: Place): Promise<Command | Sentence> {
  const pythons: Command[] = [['python3'], ['python']];
  const pips: Command[] = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']];
  const pip = await firstThatRuns(pips, ['--version'], place);
  if (pip !== null) {
    return pip;
  }
  return (await firstThatRuns(pythons, ['--version'], place)) === null
    ? say("Python is missing: its pip fetches TensorFlow's library, so install Python 3 with pip.")
    : say("Python is here, but its pip is missing, which fetches TensorFlow's library: install pip.");
}

async function findNpm(place: Place): Promise<Command | Sentence> {
  // npm passes the path of its own script to what it runs.
  const own = process.env['npm_execpath'];
  const commands: Command[] = [
    ...(own?.endsWith('npm-cli.js') === true ? [[process.execPath, own] as const] : []),
    ['npm'],
  ];
  return (
    (await firstThatRuns(commands, ['--version'], place)) ??
    say('npm is missing: it fetches the package @tensorflow/tfjs-node, so install Node with its npm.')
  );
}

/** A compiler may be there and have nothing to work with: it is tried on a few lines. */
async function findCompiler(place: Place): Promise<Command | Sentence> {
  const asked = process.env['CXX']?.trim() ?? '';
  const names = asked === '' ? ['c++', 'g++', 'clang++'] : [asked];
  const folder = await mkdtemp(path.join(place.cwd, 'compiler-'));
  const source = path.join(folder, 'try.cc');
  await writeFile(
    source,
    '#include <memory>\n#include <string>\nint size(const std::string& text) { return text.size(); }\n',
  );
  const args = ['-shared', '-fPIC', '-std=c++17', source, '-o', path.join(folder, 'try.so')];
  let fault: Sentence | null = null;
  for (const name of names) {
    const [program = '', ...first] = name.split(/\s+/);
    const { status, output } = await runTool(program, [...first, ...args], place);
    if (status === 0) {
      await rm(folder, { recursive: true });
      return [program, ...first];
    }
    fault ??= status === null ? null : say('The C++ compiler {0} does not work: {1}', program, reasonIn(output));
  }
  return fault ?? say('A C++ compiler is missing: install g++ or clang (on macOS: xcode-select --install).');
}

/** @throws {SetUpError} where the disk of `folder` has not the room that a set-up needs on its way */
export async function checkRoom(folder: string, release: NativeRelease, wheel: Wheel): Promise<void> {
  const needed = release.packagesBytes + wheel.bytes + wheel.unpackedBytes;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed) {
    const megabytes = (bytes: number): string => String(Math.ceil(bytes / 1e6));
    throw failure(
      'There is not enough room in {0}: the set-up needs {1} MB, and {2} MB are free.',
      folder,
      megabytes(needed),
      megabytes(bavail * bsize),
    );
  }
}
