/** Scripts with one fault each, by the file's name. */
export const faults: Readonly<Record<string, string>>;
export const lateFault: string;
