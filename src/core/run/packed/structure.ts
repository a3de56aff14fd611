/**
 * What lines of a record have in common that differ in their numbers alone. Lines of a long run have few structures: each is
 * kept once, and of a line its numbers.
 */
export type Structure =
  | { readonly kind: 'number'; readonly at: number }
  /** A list of numbers and of nothing else. */
  | { readonly kind: 'numbers'; readonly at: number; readonly count: number }
  | { readonly kind: 'same'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'fields'; readonly keys: readonly string[]; readonly values: readonly Structure[] };

/** The structure of a JSON value. `numbers` gets its numbers, to which the structure's places point. */
export function structureOf(value: unknown, numbers: number[]): Structure {
  if (typeof value === 'number') {
    return { kind: 'number', at: numbers.push(value) - 1 };
  }
  if (typeof value !== 'object' || value === null) {
    return { kind: 'same', value };
  }
  if (!Array.isArray(value)) {
    const entries = Object.entries(value);
    const values = entries.map(([, each]) => structureOf(each, numbers));
    return { kind: 'fields', keys: entries.map(([key]) => key), values };
  }
  const items: readonly unknown[] = value;
  if (items.length > 0 && items.every((item) => typeof item === 'number')) {
    return { kind: 'numbers', at: numbers.push(...items) - items.length, count: items.length };
  }
  return { kind: 'list', items: items.map((item) => structureOf(item, numbers)) };
}

/** Whether the value has the structure; `numbers` has its numbers then. */
export function matches(structure: Structure, value: unknown, numbers: Float64Array): boolean {
  switch (structure.kind) {
    case 'number':
      if (typeof value !== 'number') {
        return false;
      }
      numbers[structure.at] = value;
      return true;
    case 'same':
      return value === structure.value;
    case 'numbers':
      return Array.isArray(value) && value.length === structure.count && matchNumbers(structure.at, value, numbers);
    case 'list':
      return Array.isArray(value) && matchItems(structure.items, value, numbers);
    case 'fields':
      return matchFields(structure, value, numbers);
  }
}

function matchNumbers(at: number, values: readonly unknown[], numbers: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') {
      return false;
    }
    numbers[at + i] = value;
  }
  return true;
}

function matchItems(items: readonly Structure[], values: readonly unknown[], numbers: Float64Array): boolean {
  if (items.length !== values.length) {
    return false;
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === undefined || !matches(item, values[i], numbers)) {
      return false;
    }
  }
  return true;
}

function matchFields(
  { keys, values }: Extract<Structure, { kind: 'fields' }>,
  value: unknown,
  numbers: Float64Array,
): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return false;
  }
  const fields: Readonly<Record<string, unknown>> = value as Record<string, unknown>;
  let i = 0;
  for (const key in fields) {
    const structure = values[i];
    if (structure === undefined || key !== keys[i++] || !matches(structure, fields[key], numbers)) {
      return false;
    }
  }
  return i === keys.length;
}

/** The value of a structure, with these numbers. */
export function valueOf(structure: Structure, numbers: Float64Array): unknown {
  switch (structure.kind) {
    case 'number':
      return numbers[structure.at];
    case 'same':
      return structure.value;
    case 'numbers':
      return Array.from(numbers.subarray(structure.at, structure.at + structure.count));
    case 'list':
      return structure.items.map((item) => valueOf(item, numbers));
    case 'fields': {
      const fields: Record<string, unknown> = {};
      structure.keys.forEach((key, i) => {
        const value = valueOf(structure.values[i] ?? NOTHING, numbers);
        if (key === '__proto__') {
          Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
        } else {
          fields[key] = value;
        }
      });
      return fields;
    }
  }
}

const NOTHING: Structure = { kind: 'same', value: undefined };

/** The structure at the end of a way of keys and indices; undefined where the way leads nowhere. */
export function partOf(structure: Structure, key: string | number): Structure | undefined {
  if (structure.kind === 'fields') {
    return structure.values[structure.keys.indexOf(String(key))];
  }
  if (structure.kind === 'list') {
    return structure.items[Number(key)];
  }
  const index = Number(key);
  return structure.kind === 'numbers' && index >= 0 && index < structure.count
    ? { kind: 'number', at: structure.at + index }
    : undefined;
}
