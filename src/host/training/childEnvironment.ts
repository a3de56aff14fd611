/** Variables by which VS Code steers its own processes: a script must not take itself for one of them. */
const ofVSCode = /^(?:VSCODE_|ELECTRON_|CHROME_DESKTOP$|GIO_LAUNCHED_|ORIGINAL_XDG_)/;

/**
 * The environment of a training script: this process's without what is VS Code's own, then `additions` in turn. A value of
 * null takes a variable away.
 */
export function childEnvironment(
  own: NodeJS.ProcessEnv,
  ...additions: readonly Readonly<Record<string, string | null>>[]
): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !ofVSCode.test(name));
  const all = new Map<string, string | null | undefined>([
    ...kept,
    ...additions.flatMap(Object.entries<string | null>),
  ]);
  return Object.fromEntries([...all].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
