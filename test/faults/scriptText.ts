/** Puts text in another's place; a seeded fault that finds nothing to change is a mistake in the harness. */
export function replace(script: string, from: string, to: string): string {
  const parts = script.split(from);
  if (parts.length !== 2) {
    throw new Error(`'${from}' stands ${parts.length - 1} times in the script, not once:\n${script}`);
  }
  return parts.join(to);
}

export function replaceAll(script: string, from: string, to: string): string {
  if (!script.includes(from)) {
    throw new Error(`'${from}' does not stand in the script:\n${script}`);
  }
  return script.replaceAll(from, to);
}

/** Lines before the one line that begins with `start`, at its depth. */
export function insertBefore(script: string, start: string, lines: readonly string[]): string {
  const all = script.split('\n');
  const found = all.flatMap((line, index) => (line.trimStart().startsWith(start) ? [index] : []));
  const [index] = found;
  if (index === undefined || found.length !== 1) {
    throw new Error(`${found.length} lines begin with '${start}', not one:\n${script}`);
  }
  const depth = /^ */.exec(all[index] ?? '')?.[0] ?? '';
  return [...all.slice(0, index), ...lines.map((line) => depth + line), ...all.slice(index)].join('\n');
}
