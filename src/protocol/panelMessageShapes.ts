import { RULE_IDS } from '../core/diagnosis/ruleIds.ts';
import type { SourcePosition } from '../core/run/record.ts';
import type { PanelToHost } from './panelMessages.ts';

const RULES: ReadonlySet<unknown> = new Set(RULE_IDS);

/** Tells a message of the panel from anything else that came from its page. */
export function isPanelToHost(value: unknown): value is PanelToHost {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return false;
  }
  switch (value.type) {
    case 'ready':
    case 'stop':
    case 'log':
    case 'compare':
    case 'train':
    case 'example':
      return true;
    case 'reveal':
      return 'position' in value && isPosition(value.position) && (!('run' in value) || typeof value.run === 'string');
    case 'explain':
      return 'rule' in value && RULES.has(value.rule);
    case 'ignore':
      return 'finding' in value && typeof value.finding === 'string';
    case 'show':
      return 'run' in value && typeof value.run === 'string';
    default:
      return false;
  }
}

function isPosition(value: unknown): value is SourcePosition {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { file, line, column }: Partial<Record<keyof SourcePosition, unknown>> = value;
  return typeof file === 'string' && isCount(line) && isCount(column);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
