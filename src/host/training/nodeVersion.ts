/** The oldest Node that the trainer runs on. */
export const LEAST_NODE = { major: 20, minor: 19 } as const;

export interface NodeVersion {
  readonly major: number;
  readonly minor: number;
  /** `20.19.0`, without the `v`. */
  readonly text: string;
}

/** What `node --version` printed; null where that is no version of Node. */
export function parseNodeVersion(output: string): NodeVersion | null {
  const [, text, major, minor] = /^v?((\d+)\.(\d+)\.\d+\S*)$/.exec(output.trim()) ?? [];
  return text === undefined ? null : { text, major: Number(major), minor: Number(minor) };
}

export function isRecentEnough({ major, minor }: NodeVersion): boolean {
  return major > LEAST_NODE.major || (major === LEAST_NODE.major && minor >= LEAST_NODE.minor);
}
