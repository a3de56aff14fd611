/** A copy without some of its fields. */
export function without<T extends object, K extends keyof T & string>(object: T, ...fields: readonly K[]): Omit<T, K> {
  const left = Object.entries(object).filter(([field]) => !fields.some((each) => each === field));
  return Object.fromEntries(left) as unknown as Omit<T, K>;
}
