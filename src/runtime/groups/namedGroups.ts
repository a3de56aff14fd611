import * as tf from '@tensorflow/tfjs';
import { listed, MtlConfigurationError } from '../configuration.ts';

/**
 * What a named group is made of: a layer (all its weights), a variable, a layer's name, a pattern for variable names
 * in which `*` stands for any characters (`'embedding_*'`), or a regular expression for variable names.
 */
export type GroupMember = string | RegExp | tf.Variable | tf.layers.Layer;

export type NamedGroups<Group extends string = string> = Readonly<Record<Group, readonly GroupMember[]>>;

/**
 * The named group of each variable that is in one, by variable name. Throws where two groups hold the same variable,
 * and, with `all` (these are all variables there are), where a member fits none of them.
 */
export function groupByName(groups: NamedGroups, variables: readonly tf.Variable[], all: boolean): Map<string, string> {
  const groupOf = new Map<string, string>();
  for (const [group, members] of Object.entries(groups)) {
    members.forEach((member, i) => {
      const names = variables.filter(({ name }) => matches(member, name)).map(({ name }) => name);
      if (all && names.length === 0) {
        throw new MtlConfigurationError(
          `groups.${group}[${i}] (${describe(member)}) matches no trainable variable. ` +
            `Variables: ${listed(variables.map(({ name }) => name))}.`,
        );
      }
      for (const name of names) {
        const other = groupOf.get(name);
        if (other !== undefined && other !== group) {
          throw new MtlConfigurationError(
            `groups.${group} and groups.${other} overlap: both hold the variable '${name}'. ` +
              'A variable belongs to one group, because it has one learning rate.',
          );
        }
        groupOf.set(name, group);
      }
    });
    if (members.length === 0) {
      throw new MtlConfigurationError(`groups.${group} is empty. List layers, variables or variable-name patterns.`);
    }
  }
  return groupOf;
}

function matches(member: GroupMember, variable: string): boolean {
  if (typeof member === 'string') {
    const pattern = member.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${pattern}(/.*)?$`).test(variable);
  }
  if (member instanceof RegExp) {
    // A global or sticky expression remembers where it stopped; a fresh one does not.
    return new RegExp(member.source, member.flags.replace(/[gy]/g, '')).test(variable);
  }
  if (member instanceof tf.layers.Layer) {
    return member.weights.some(({ name }) => name === variable);
  }
  return member.name === variable;
}

function describe(member: GroupMember): string {
  if (typeof member === 'string') {
    return `'${member}'`;
  }
  return member instanceof RegExp ? String(member) : `'${member.name}'`;
}
