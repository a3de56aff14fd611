import { lineShapes } from '../src/core/run/lineShapes.ts';
import type { HostToPanel } from '../src/protocol/panelMessages.ts';
import { shownFindingsShape } from '../src/protocol/shownFindingShapes.ts';

/**
 * Tells a message of the host from anything else that reaches the page. Every line of a record is held against its
 * shape: what passes can be drawn without a further look.
 */
export function isHostToPanel(value: unknown): value is HostToPanel {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return false;
  }
  const message: Readonly<Record<string, unknown>> = { ...value };
  switch (message.type) {
    case 'empty':
      return true;
    case 'unreadable':
      return [message.run, message.folder, message.reason].every((each) => typeof each === 'string');
    case 'open':
      return isSentRun(message);
    case 'compare':
      return Array.isArray(message.runs) && message.runs.length > 0 && message.runs.every(isSentRun);
    case 'lines':
      return hasLines(message);
    case 'findings':
      return typeof message.run === 'string' && shownFindingsShape(message) === null;
    default:
      return false;
  }
}

function isSentRun(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'folder' in value &&
    typeof value.folder === 'string' &&
    hasLines({ ...value })
  );
}

function hasLines({ run, live, lines }: Readonly<Record<string, unknown>>): boolean {
  return typeof run === 'string' && typeof live === 'boolean' && Array.isArray(lines) && lines.every(isRecordLine);
}

function isRecordLine(line: unknown): boolean {
  if (typeof line !== 'object' || line === null || !('type' in line) || typeof line.type !== 'string') {
    return false;
  }
  return lineShapes.get(line.type)?.(line) === null;
}
