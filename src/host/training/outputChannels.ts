import path from 'node:path';
import * as vscode from 'vscode';

/** Channels of ended runs are kept up to this number; the oldest goes first. */
const MOST = 10;

/** What one run's script prints. */
export class OutputChannel implements vscode.Disposable {
  readonly name: string;
  readonly #channel: vscode.OutputChannel;
  #folder: string | null = null;

  constructor(name: string) {
    this.name = name;
    this.#channel = vscode.window.createOutputChannel(name);
  }

  get folder(): string | null {
    return this.#folder;
  }

  line(text: string): void {
    this.#channel.appendLine(text);
  }

  recordsIn(folder: string): void {
    this.#folder = folder;
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

/** One output channel per run, so that runs do not write between each other's lines. */
export class OutputChannels implements vscode.Disposable {
  #channels: OutputChannel[] = [];
  #count = 0;

  open(entry: string): OutputChannel {
    const channel = new OutputChannel(`MTL: ${path.basename(entry)} (${++this.#count})`);
    this.#channels.push(channel);
    this.#channels.splice(0, Math.max(0, this.#channels.length - MOST)).forEach((old) => old.dispose());
    return channel;
  }

  /** Shows the run's channel; of no run in particular, the newest. */
  show(folder: string | null): boolean {
    const channel = this.#channels.findLast((each) => folder === null || each.folder === folder);
    channel?.show();
    return channel !== undefined;
  }

  dispose(): void {
    this.#channels.forEach((channel) => channel.dispose());
    this.#channels = [];
  }
}
