import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Plan } from '../../native/plan.ts';
import type { Step } from '../../native/setUpNative.ts';
import { SECTION } from '../names.ts';
import { startSetUp, type SetUpEnd, type SetUpProcess } from '../native/setUpProcess.ts';
import { childEnvironment } from '../training/childEnvironment.ts';
import { findNode, NodeError } from '../training/findNode.ts';

/** What part of the whole each step is, in percent: as long as they take where the network is fast. */
const SHARES: Record<Step, number> = { check: 2, packages: 24, wheel: 40, unpack: 14, build: 14, try: 6 };

/** *Set Up Native Backend*: says size and source, asks, shows how far it is, and what came of it. */
export async function setUpNative(extensionUri: vscode.Uri, log: vscode.LogOutputChannel): Promise<void> {
  const cwd = homedir();
  const setting = vscode.workspace.getConfiguration(SECTION).get<string>('nodePath') ?? '';
  const own = { path: process.execPath, version: process.versions.node };
  let node;
  try {
    node = await findNode({ setting, cwd, env: childEnvironment(process.env), own });
  } catch (error) {
    if (!(error instanceof NodeError)) {
      throw error;
    }
    void vscode.window.showErrorMessage(error.message);
    return;
  }
  let show: (step: Step, part: number) => void = () => undefined;
  const set = startSetUp({
    node: node.path,
    env: childEnvironment(process.env, node.env),
    file: vscode.Uri.joinPath(extensionUri, 'dist', 'native', 'setUp.mjs').fsPath,
    progress: (step, part) => show(step, part),
  });
  const plan = await set.plan;
  if (plan !== null && !(await agrees(plan))) {
    set.cancel();
    return;
  }
  const end = plan === null ? await set.ended : await follow(set, (listener) => (show = listener));
  tell(end, log);
}

async function agrees(plan: Plan): Promise<boolean> {
  const yes = vscode.l10n.t('Set Up');
  const question = vscode.l10n.t('Set up the native backend (tfjs-node, TensorFlow itself) for all your trainings?');
  const detail = vscode.l10n.t(
    "{0} MB are fetched from the Python package index that pip is configured for (TensorFlow's wheel {1}), and about {2} MB from the registry that npm is configured for ({3}). {4} MB stay on the disk, in {5}. No project is changed.",
    plan.wheelMegabytes,
    plan.wheel,
    plan.packagesMegabytes,
    plan.package,
    plan.diskMegabytes,
    plan.folder,
  );
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, yes)) === yes;
}

function follow(set: SetUpProcess, listen: (show: (step: Step, part: number) => void) => void): Thenable<SetUpEnd> {
  const doing: Record<Step, string> = {
    check: vscode.l10n.t('looking for Python, pip, npm and a C++ compiler'),
    packages: vscode.l10n.t('fetching the packages of tfjs-node'),
    wheel: vscode.l10n.t("fetching TensorFlow's wheel"),
    unpack: vscode.l10n.t('unpacking its libraries'),
    build: vscode.l10n.t('building the binding'),
    try: vscode.l10n.t('trying it'),
  };
  const steps = Object.keys(SHARES) as Step[];
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Native backend'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    let shown = 0;
    listen((step, part) => {
      const before = steps.slice(0, steps.indexOf(step)).reduce((sum, each) => sum + SHARES[each], 0);
      const now = before + part * SHARES[step];
      progress.report({ message: doing[step], increment: Math.max(0, now - shown) });
      shown = Math.max(shown, now);
    });
    const listening = cancelled.onCancellationRequested(() => set.cancel());
    set.goOn();
    const end = await set.ended;
    listening.dispose();
    return end;
  });
}

function tell(end: SetUpEnd, log: vscode.LogOutputChannel): void {
  switch (end.state) {
    case 'done':
      log.info(`The native backend lies in ${end.folder}.`);
      void vscode.window.showInformationMessage(
        end.already
          ? vscode.l10n.t('The native backend is set up already, and works.')
          : vscode.l10n.t(
              'The native backend is set up. From now on, trainings with the backend node use it, and with auto those of large models.',
            ),
      );
      return;
    case 'failed':
      log.error(end.why);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('The native backend was not set up; trainings run on wasm, as before. {0}', end.why),
      );
      return;
    case 'cancelled':
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The set-up of the native backend was cancelled; nothing of it is kept.'),
      );
  }
}
