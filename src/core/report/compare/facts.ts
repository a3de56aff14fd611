import { formatCount, formatEvery, UNKNOWN } from '../format.ts';
import type { ComparedRun } from './comparedRun.ts';

/** Something that a run's record says of how it was trained, in words for people. */
export interface Fact {
  readonly what: string;
  readonly of: (run: ComparedRun) => string;
}

/** `null` tells apart what is not known of one run from what is known of another. */
const known = (text: string | null | undefined): string => text ?? UNKNOWN;

const version = (name: string, of: 'node' | 'tfjs' | 'mtl-debugger' | 'platform'): Fact => ({
  what: name,
  of: ({ run }) => known(run.header?.versions[of]),
});

/** What was set for the whole run. */
export const settings: readonly Fact[] = [
  { what: 'script', of: ({ run }) => known(run.header?.entry) },
  {
    what: 'text of the script (hash)',
    of: ({ run }) => known(run.header?.scriptHash?.replace(/^sha256:/, '').slice(0, 12)),
  },
  { what: 'commit', of: ({ run }) => known(run.header?.commit?.slice(0, 12)) },
  { what: 'arguments', of: ({ run }) => known(run.header === null ? null : written(run.header.args)) },
  { what: 'seed', of: ({ run }) => (run.header === null ? UNKNOWN : (run.header.seed?.toString() ?? 'none')) },
  {
    what: 'backend',
    of: ({ run }) =>
      [
        known(run.header?.backend.name),
        ...run.backends
          .filter(({ name }, i) => name !== (run.backends[i - 1]?.name ?? run.header?.backend.name))
          .map(({ name, step }) => `${name} from step ${formatCount(step)}`),
      ].join(', then '),
  },
  { what: 'backend asked for', of: ({ run }) => known(run.header?.backend.asked) },
  version('tfjs', 'tfjs'),
  version('Node', 'node'),
  version('mtl-debugger', 'mtl-debugger'),
  version('platform', 'platform'),
];

/** How far the run came, and how closely it was watched. */
export const course: readonly Fact[] = [
  { what: 'observed', of: ({ run }) => known(run.header === null ? null : formatEvery(run.header)) },
  { what: 'training steps', of: ({ run, live }) => `${formatCount(run.stepsDone)}${live ? ' so far' : ''}` },
  { what: 'state', of: ({ run, live }) => run.state(live) },
];

/** Arguments as they would be typed; where one has a space, in quotes. */
function written(args: readonly string[]): string {
  return args.length === 0 ? 'none' : args.map((arg) => (/^[^\s"']+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ');
}
