import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started, and theirs in turn, as far as the system still knows who started whom. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parents()) {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const seen = new Set([pid]);
  for (let next = [pid]; next.length > 0;) {
    next = next.flatMap((each) => children.get(each) ?? []).filter((each) => !seen.has(each));
    next.forEach((each) => seen.add(each));
    found.push(...next);
  }
  return found;
}

/** Every process with the one that started it. Where neither /proc nor `ps` can be asked, none. */
function parents(): [child: number, parent: number][] {
  return process.platform === 'linux' ? parentsInProc() : parentsByPs();
}

/** A small system may have no `ps`; every Linux has this. */
function parentsInProc(): [number, number][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        // The name in parentheses may hold anything, so what follows the last of them is read: state, then parent.
        const [, , parent] = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\)/s, ')').split(' ');
        return [[Number(name), Number(parent)]];
      } catch {
        return []; // ended meanwhile
      }
    });
}

function parentsByPs(): [number, number][] {
  const { stdout, status } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return status !== 0
    ? []
    : stdout
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .flatMap(([child, parent]): [number, number][] =>
          child === undefined || parent === undefined ? [] : [[child, parent]],
        );
}
