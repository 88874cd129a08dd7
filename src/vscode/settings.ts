import * as v from 'valibot';
import * as vscode from 'vscode';
import { cacheTypes } from '../core/models/fit.ts';

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));

/** Every setting with the values it may have; the defaults stand in package.json. */
const schemas = {
  enable: v.boolean(),
  'completion.languages': v.record(v.string(), v.boolean()),
  'completion.multiline': v.picklist(['auto', 'always', 'never']),
  'completion.maxTokens': count(1, 1024),
  'completion.workAhead': v.boolean(),
  'context.index': v.boolean(),
  'context.languageServer': v.boolean(),
  'chat.retrieval': v.boolean(),
  'chat.tools': v.boolean(),
  'chat.thinking': v.boolean(),
  'chat.instructions': v.string(),
  'chat.projectInstructions': v.boolean(),
  'chat.maxTokens': count(16, 32_768),
  'chat.temperature': v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  'chat.contextTokens': count(512, 131_072),
  'model.completion': v.string(),
  'model.chat': v.string(),
  'model.draft': v.string(),
  'model.catalogues': v.array(v.string()),
  'model.folders': v.array(v.string()),
  'engine.device': v.picklist(['auto', 'cpu']),
  'engine.gpuLayers': count(-1, 10_000),
  'engine.contextTokens': count(256, 131_072),
  'engine.cacheType': v.picklist(cacheTypes),
  'engine.flashAttention': v.picklist(['auto', 'on', 'off']),
  'engine.threads': count(0, 256),
  'engine.batchTokens': count(32, 4096),
  'engine.idleUnloadMinutes': count(0, 10_080),
  'engine.workOnBattery': v.boolean(),
  'engine.warmRestart': v.boolean(),
  // Whoever wrote anything there meant to be offline.
  offline: v.pipe(
    v.unknown(),
    v.transform((value) => value !== false),
  ),
  'redaction.emails': v.boolean(),
  'server.enable': v.boolean(),
  'server.port': count(0, 65_535),
  'server.allowedOrigins': v.array(v.string()),
} as const;
type Key = keyof typeof schemas;

export type Settings = { readonly [K in Key]: v.InferOutput<(typeof schemas)[K]> };

interface Read {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

/** What was read since the last change, by document; each key asks several times, and VS Code copies much for it. */
let read = new WeakMap<object, Read>();
const everywhere = {};

/** To be called first on every change of configuration or workspace folders. */
export function forgetSettings(): void {
  read = new WeakMap();
}

/** The settings as they are, with one sentence for each whose value can't be used (its default holds then). */
export function readSettings(scope?: vscode.TextDocument): Read {
  const known = read.get(scope ?? everywhere) ?? readAnew(scope);
  read.set(scope ?? everywhere, known);
  return known;
}

function readAnew(scope: vscode.TextDocument | undefined): Read {
  const configuration = vscode.workspace.getConfiguration('hearth', scope);
  const problems: string[] = [];
  const entries = Object.entries(schemas).map(([key, schema]) => {
    const parsed = v.safeParse(schema, configuration.get(key));
    if (parsed.success) return [key, parsed.output];
    const fallback = configuration.inspect(key)?.defaultValue;
    const issue = parsed.issues[0].message;
    problems.push(
      `The setting hearth.${key} can't be used (${issue}); ${JSON.stringify(fallback)} is used instead.`,
    );
    return [key, fallback];
  });
  return { settings: Object.fromEntries(entries) as Settings, problems };
}

/** What a model is loaded with; the others are read when they matter. */
const loadSettings: readonly Key[] = [
  'model.completion',
  'model.chat',
  'model.draft',
  'chat.contextTokens',
  'engine.device',
  'engine.gpuLayers',
  'engine.contextTokens',
  'engine.cacheType',
  'engine.flashAttention',
  'engine.threads',
  'engine.batchTokens',
  'engine.warmRestart',
];

/** Whether a change of configuration asks for the model to be loaded anew. */
export function engineSettingsChanged(event: vscode.ConfigurationChangeEvent): boolean {
  return loadSettings.some((key) => event.affectsConfiguration(`hearth.${key}`));
}
