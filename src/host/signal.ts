export interface Disposable {
  dispose(): void;
}

/** Something that others can listen to. What VS Code's own emitter does, for files that are tested without VS Code. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();

  listen(listener: (value: T) => void): Disposable {
    // Wrapped, so that one function that listens twice is two listeners.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  emit(value: T): void {
    [...this.#listeners].forEach((listener) => listener(value));
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
