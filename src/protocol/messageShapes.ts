import type { HostToTrainer, TrainerToHost } from './messages.ts';

/** Tells a message of a host from anything else that came over its connection. */
export function isHostToTrainer(value: unknown): value is HostToTrainer {
  return hasType(value) && (value.type === 'cancel' || (value.type === 'attach' && typeof value.token === 'string'));
}

/** Tells a message of the trainer from anything else that came over the pipe. */
export function isTrainerToHost(value: unknown): value is TrainerToHost {
  if (!hasType(value)) {
    return false;
  }
  switch (value.type) {
    case 'record':
      return typeof value.folder === 'string' && (value.moved === null || typeof value.moved === 'string');
    case 'grown':
      return Number.isFinite(value.bytes) && Number.isFinite(value.step);
    case 'notice':
      return typeof value.message === 'string';
    case 'inspector':
      return typeof value.url === 'string';
    default:
      return false;
  }
}

function hasType(value: unknown): value is Record<string, unknown> & { readonly type: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value;
}
