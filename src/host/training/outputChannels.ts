import path from 'node:path';
import * as vscode from 'vscode';
import { OutputTail } from '../../launch/tailOutput.ts';
import { OUTPUT_FILE } from '../../protocol/attachment.ts';
import { followOutput } from './followedOutput.ts';

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

  /**
   * Shows the run's channel; of no run in particular, the newest. A run of an earlier session has its output beside its record.
   * False where nothing was kept.
   */
  async show(folder: string | null): Promise<boolean> {
    const channel =
      this.#channels.findLast((each) => folder === null || each.folder === folder) ??
      (folder === null ? undefined : await this.#reopen(folder));
    channel?.show();
    return channel !== undefined;
  }

  dispose(): void {
    this.#channels.forEach((channel) => channel.dispose());
    this.#channels = [];
  }

  async #reopen(folder: string): Promise<OutputChannel | undefined> {
    let output: OutputTail;
    try {
      output = OutputTail.open(path.join(folder, OUTPUT_FILE));
    } catch {
      return undefined; // it was trained elsewhere, in a terminal
    }
    const channel = this.open(path.basename(folder));
    channel.recordsIn(folder);
    await followOutput({ stdout: null, stderr: null, output }, (line) => channel.line(line), Promise.resolve());
    return channel;
  }
}
