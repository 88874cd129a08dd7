import { access, constants, mkdir } from 'node:fs/promises';
import os from 'node:os';
import { formatBytes } from '../core/text/bytes.ts';
import { asEngineError } from '../engine/errors.ts';
import { modelDefaults, type LoadedModel } from '../engine/protocol.ts';
import type { CommonOptions } from './arguments.ts';
import { exitCode, printJson } from './output.ts';
import type { Session } from './session.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `hearth doctor`: starts everything a completion needs and says what works. Returns the exit code. */
export async function runDoctor(options: CommonOptions, session: Session): Promise<number> {
  const checks: Check[] = [];
  let model: LoadedModel | null = null;
  try {
    model = await session.engine.start();
    checks.push(...describeModel(model), await tryCompletion(session));
  } catch (thrown) {
    const { code, message } = asEngineError(thrown);
    checks.push({ name: code.startsWith('model') ? 'model' : 'engine', ok: false, detail: message });
  }
  checks.push(await checkState(session.stateFolder));
  const report = {
    ok: checks.every((check) => check.ok),
    hearth: HEARTH_VERSION,
    node: process.versions.node,
    llamaCpp: model?.llamaCpp ?? null,
    backend: model?.backend ?? null,
    devices: model?.devices ?? [],
    model: model === null ? null : summarise(model),
    memory: { total: os.totalmem(), free: os.freemem() },
    checks,
  };
  if (options.json) printJson(report);
  else printReport(report);
  return report.ok ? exitCode.done : exitCode.nothing;
}

declare const HEARTH_VERSION: string;

function describeModel(model: LoadedModel): Check[] {
  const { format, milliseconds } = model;
  const where =
    model.backend === 'cpu'
      ? `the CPU, ${model.threads} thread(s)`
      : `${model.backend}: ${model.devices.join(', ')}`;
  const started = milliseconds.library + milliseconds.model + milliseconds.selfTest;
  const order = `${format.order} (${format.orderFrom === 'family' ? "the family's, not tested yet" : format.orderFrom})`;
  return [
    { name: 'engine', ok: true, detail: `llama.cpp ${model.llamaCpp} on ${where}; ready in ${started} ms` },
    {
      name: 'model',
      ok: true,
      detail: `${model.name} (${model.architecture}, ${formatBytes(model.bytes)}), window of ${model.contextTokens} tokens`,
    },
    {
      name: 'fill-in-the-middle',
      ok: true,
      detail:
        format.limitation ?? `${format.family ?? 'unknown family'}, markers from ${format.markers}, ${order}`,
    },
  ];
}

async function tryCompletion(session: Session): Promise<Check> {
  const result = await session.engine.complete(
    {
      repository: null,
      path: 'sum.ts',
      segments: [],
      prefix: 'export function sum(a: number, b: number): number {\n  return ',
      suffix: '\n}\n',
      maxTokens: 8,
      ...modelDefaults,
      stop: null,
    },
    { priority: 'manual', deadlineMs: 60_000 },
  );
  const { tokens, milliseconds } = result;
  const detail = `${tokens.prompt} tokens read and ${tokens.generated} written in ${Math.round(milliseconds.total)} ms`;
  return { name: 'completion', ok: true, detail };
}

async function checkState(folder: string): Promise<Check> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { name: 'storage', ok: true, detail: folder };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      name: 'storage',
      ok: false,
      detail: `${folder} can't be written (${code}): what is learnt about models is found out anew each time. Set HEARTH_STATE_DIR to a folder that can.`,
    };
  }
}

function summarise(model: LoadedModel) {
  const { name, architecture, bytes, contextTokens, fingerprint, format, gpuLayers, threads, milliseconds } =
    model;
  return {
    name,
    architecture,
    bytes,
    contextTokens,
    fingerprint,
    format,
    gpuLayers,
    threads,
    ms: milliseconds,
  };
}

function printReport(report: {
  ok: boolean;
  hearth: string;
  node: string;
  memory: { total: number; free: number };
  checks: Check[];
}): void {
  const { total, free } = report.memory;
  const lines = [
    `Hearth ${report.hearth}, Node ${report.node}, ${process.platform}-${process.arch}, ${formatBytes(free)} of ${formatBytes(total)} memory free`,
    ...report.checks.map(({ name, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'} ${name}: ${detail}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
