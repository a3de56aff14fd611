/**
 * The file in a run's folder by which another host finds a training that is under way: the window that had started it may be
 * reloaded, and one that opens the same folder later may want to stop it. Only its owner may read the file. The training
 * process writes it, and takes it away when it ends.
 */
export const ATTACHMENT_FILE = 'attach.json';

/** The file in a run's folder that holds what the script printed, where its host wanted that in a file. */
export const OUTPUT_FILE = 'output.log';

export interface Attachment {
  readonly pid: number;
  /** A Unix domain socket's path, or a named pipe's on Windows. */
  readonly address: string;
  /** Who knows this has read the file. */
  readonly token: string;
  /** The file that gets the script's output, absolute; null where it goes elsewhere. */
  readonly output: string | null;
}

/** @returns null where the text is no attachment: cut short, or of another version */
export function parseAttachment(text: string): Attachment | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { pid, address, token, output }: Partial<Record<keyof Attachment, unknown>> = value;
  const isText = (each: unknown): each is string => typeof each === 'string' && each !== '';
  return Number.isSafeInteger(pid) && isText(address) && isText(token) && (output === null || isText(output))
    ? { pid: pid as number, address, token, output }
    : null;
}
