import path from 'node:path';
import { boundedPartNames, onHubHost } from '../../core/models/address.ts';
import { nameOf } from '../../core/models/candidates.ts';
import { choicesOf, type CatalogueModel } from '../../core/models/catalogue.ts';
import type { Machine } from '../../core/models/machine.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import { machineSpeed, type SpeedMeasurement } from '../../core/models/speed.ts';
import type { Egress } from '../../remote/egress.ts';
import { statusError } from '../../remote/egressError.ts';
import type { LongWork } from '../../models/digest.ts';
import { ModelFileError } from '../../models/errors.ts';
import { HeaderCache } from '../../models/headerCache.ts';
import type { HeaderReader } from '../../models/headerReader.ts';
import { importModel } from '../../models/importModel.ts';
import type { Inspection } from '../../models/inspect.ts';
import { listModels } from '../../models/library.ts';
import { Registry } from '../../models/registry.ts';
import type { RecordedModel } from '../../models/registryFile.ts';
import { removeModel } from '../../models/removeModel.ts';
import type { InstalledModel, LibraryPlaces } from '../../models/types.ts';
import type { MemoryFit } from '../../core/models/fit.ts';
import { Catalogues } from './catalogues.ts';
import { findRows } from './findRows.ts';
import { fitOfOffer, fitOfShape, type FitSettings } from './fits.ts';
import { inspectionPage } from './inspectionPage.ts';
import type { ModelRow, ModelService, Proposal, PullRequest, PullRow } from './modelRows.ts';
import { proposalsOf } from './proposals.ts';
import { addressOfKey, choiceOf, keyOfAddress, planPull, type PlanWorld } from './pullPlan.ts';
import { Pulls } from './pulls.ts';
import { installedRow, offerRow, pullOnlyRow, type RowWorld } from './rows.ts';
import type { MachineProbe } from './machineProbe.ts';
import { bestMeasurement, tells, type MeasuredSpeed, type SpeedBook } from './speedBook.ts';
import { verifyFiles, type VerifiedFile } from './verification.ts';

/** What the user has set about models. */
export interface ModelSettings extends FitSettings {
  /** The file that each role uses, null for the starter; chat's null is what completion uses. */
  readonly files: Readonly<Record<ModelRole, string | null>>;
  /** Folders and files that are looked through. */
  readonly folders: readonly string[];
  /** Paths and addresses of further catalogues. */
  readonly catalogues: readonly string[];
  /** Another host that answers as Hugging Face does. */
  readonly hubHost?: string;
}

/** A speed that was measured just now, and the model that it was measured with. */
export interface Measurement extends MeasuredSpeed {
  readonly stamp: string;
}

export interface LocalModelsParts {
  /** Hearth's folder for models; absolute. It is made when first needed. */
  readonly folder: string;
  /** Folder for what saves time at the next start, or null. */
  readonly stateFolder: string | null;
  readonly starter: string;
  /** Hearth's own catalogue. */
  readonly catalogue: string;
  readonly places: () => Promise<Omit<LibraryPlaces, 'starter' | 'folders'>>;
  readonly settings: () => ModelSettings;
  readonly reader: HeaderReader;
  readonly egress: Pick<Egress, 'request'>;
  /** The machine as it is for a model in place of our own. */
  readonly machine: () => Promise<Machine>;
  readonly speeds: SpeedBook;
  /** Measures the model in use, where it is large enough to tell; null where it isn't, or can't be measured. */
  readonly measure: (signal?: AbortSignal) => Promise<Measurement | null>;
  /** Measures the machine with a model that is made up for it. */
  readonly probe: Pick<MachineProbe, 'known' | 'run'>;
}

const mostListingBytes = 16_000_000;

/** The models of this machine and of the catalogues. */
export class LocalModels implements ModelService {
  readonly #parts: LocalModelsParts;
  readonly #registry: Registry;
  readonly #headers: HeaderCache;
  readonly #pulls: Pulls;
  /** What was asked for in this session, by the keys of the rows. */
  readonly #typed = new Map<string, string>();
  readonly #catalogues: Catalogues;
  readonly #listeners = new Set<() => void>();
  #installed: Promise<InstalledModel[]> | null = null;

  constructor(parts: LocalModelsParts) {
    this.#parts = parts;
    this.#registry = new Registry(parts.folder);
    this.#headers = new HeaderCache(parts.stateFolder, (file) => parts.reader.look(file));
    this.#pulls = new Pulls({
      registry: this.#registry,
      egress: parts.egress,
      problem: (file) => parts.reader.problem(file),
      changed: () => this.changed(),
    });
    this.#catalogues = new Catalogues({
      builtIn: parts.catalogue,
      copies: path.join(parts.folder, '.catalogues'),
      users: () => parts.settings().catalogues,
      fetchText: (address) => this.#fetchText(address),
    });
  }

  /** The settings or the engine changed: what was found out is looked at anew when it is asked for. */
  changed(): void {
    this.#installed = null;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async rows(): Promise<readonly ModelRow[]> {
    const [installed, models] = await Promise.all([this.#list(), this.#models()]);
    const world = await this.#world(installed);
    const here = new Set(installed.map(({ catalogueId }) => catalogueId));
    const offers = models
      .flatMap(choicesOf)
      .filter((choice) => choice.quantization.bundled === undefined && !here.has(nameOf(choice)));
    const rows = [
      ...installed.map((model) => installedRow(model, choiceOf(models, model.catalogueId ?? ''), world)),
      ...offers.map((choice) => offerRow(choice, world)),
    ];
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, pull] of world.pulls) {
      const address = addressOfKey(key);
      if (address !== null && !keys.has(key)) rows.push(pullOnlyRow(key, address, pull));
    }
    return rows;
  }

  /** Rejects also where a catalogue can't be used; what else is there is listed all the same. */
  async refresh(): Promise<void> {
    try {
      await this.#catalogues.refresh();
    } finally {
      this.changed();
    }
    await this.#list();
  }

  async problems(): Promise<readonly string[]> {
    return (await this.#catalogues.read()).problems;
  }

  /** What is wrong and what is odd with the catalogues, a sentence each. */
  async catalogueFindings(): Promise<{ problems: readonly string[]; notes: readonly string[] }> {
    const { problems, notes } = await this.#catalogues.read();
    return { problems, notes };
  }

  /** The rows that a person means by a key, a path, a catalogue's id with or without quantisation, or a store's name. */
  async find(name: string): Promise<readonly ModelRow[]> {
    return findRows(name, await this.rows(), await this.#list());
  }

  async propose(signal?: AbortSignal): Promise<readonly Proposal[]> {
    const measurement = await this.#measurement(signal);
    const [installed, models, machine] = await Promise.all([
      this.#list(),
      this.#models(),
      this.#parts.machine(),
    ]);
    const settings = this.#parts.settings();
    const rows = await this.rows();
    return proposalsOf(
      {
        machine,
        measurement,
        models,
        fit: (choice, contextTokens) => fitOfOffer(choice, machine, { ...settings, contextTokens }),
      },
      rows,
      (name) => installed.find(({ catalogueId }) => catalogueId === name)?.path ?? null,
    );
  }

  async pull(
    request: PullRequest,
    signal: AbortSignal,
    onProgress: (pull: PullRow, key: string) => void,
  ): Promise<string> {
    // A key has no secret in it that an address may have.
    const typed = 'key' in request ? this.#typed.get(request.key) : request.address;
    const asked = typed === undefined ? request : { address: typed };
    const plan = await planPull(asked, await this.#planWorld(signal));
    if (typed !== undefined) this.#typed.set(plan.key, typed);
    return this.#pulls.pull(plan, signal, onProgress);
  }

  /** Pauses all fetches for good, and waits until what was loaded of them is safe. */
  end(): Promise<void> {
    return this.#pulls.end();
  }

  async discard(key: string): Promise<void> {
    const targets = await this.#pulls.leftOf(key, await this.#keyOf());
    await this.#pulls.discard(key, targets);
  }

  async importFile(file: string, { copy, ...work }: { readonly copy: boolean } & LongWork): Promise<string> {
    const mode = copy ? 'copy' : 'in-place';
    const imported = await importModel(file, { mode, registry: this.#registry, ...work });
    this.changed();
    return imported.path;
  }

  async remove(key: string): Promise<void> {
    const model = (await this.#list()).find((one) => one.path === key);
    if (model === undefined) throw new ModelFileError('gone', `There is no model ${key} any more.`);
    const forgotten = !model.removable && (await this.#registry.forgetInPlace(key));
    if (!forgotten) {
      const users = this.#users();
      const record = await this.recordOf(key);
      await removeModel(model, this.#registry, (file) => users(file).length > 0);
      // Who fetches it again after this takes what its publisher has by then.
      if (record?.origin.kind === 'download') await this.#unpin(record.origin.address);
    }
    this.changed();
  }

  /** Lets go of the digests of a file, or of all parts of a split model, that was fetched from an address. */
  async #unpin(address: string): Promise<void> {
    const at = address.lastIndexOf('/') + 1;
    const name = address.slice(at);
    for (const part of boundedPartNames(name) ?? [name])
      await this.#registry.unpin(address.slice(0, at) + part);
  }

  async inspect(key: string): Promise<string> {
    const { inspection, fit } = await this.inspection(key);
    return inspectionPage(inspection, fit);
  }

  /** What a file says of itself, and what it needs here; `fit` is null where it can't be used. */
  async inspection(file: string): Promise<{ inspection: Inspection; fit: MemoryFit | null }> {
    const inspection = await this.#parts.reader.inspect(file);
    if (inspection.problem !== null) return { inspection, fit: null };
    const machine = await this.#parts.machine();
    return { inspection, fit: fitOfShape(inspection.shape, machine, this.#parts.settings()) };
  }

  /** Reads all files of the model that a file belongs to and compares their SHA-256 with what is known of them. */
  async verify(file: string, work: LongWork = {}): Promise<VerifiedFile[]> {
    const absolute = path.resolve(file);
    const installed = (await this.#list()).find(({ files }) => files.includes(absolute)) ?? null;
    return verifyFiles(installed?.files ?? [absolute], this.#registry, installed, work);
  }

  /** What is recorded of a file that Hearth put into its folder, or null. */
  async recordOf(file: string): Promise<RecordedModel | null> {
    const { models } = (await this.#registry.read()).contents;
    const ours = ({ files }: RecordedModel): boolean =>
      files.some((one) => this.#registry.pathOf(one) === path.resolve(file));
    return models.find(ours) ?? null;
  }

  async #world(installed: readonly InstalledModel[]): Promise<RowWorld> {
    const { machine: present, settings, speeds, probe } = this.#parts;
    const [machine, measured, keyOf] = await Promise.all([present(), speeds.all(), this.#keyOf()]);
    const measurement = bestMeasurement(measured, installed, probe.known(measured));
    return {
      machine,
      settings: settings(),
      speed: measurement === null ? null : machineSpeed(machine, measurement),
      measured,
      inUse: this.#users(),
      pulls: await this.#pulls.rows(keyOf),
    };
  }

  /** What a file is used for. */
  #users(): (file: string) => ModelRole[] {
    const { starter, settings } = this.#parts;
    const { files } = settings();
    const completion = path.resolve(files.completion ?? starter);
    const chat = path.resolve(files.chat ?? completion);
    return (file) => [
      ...(path.resolve(file) === completion ? (['completion'] as const) : []),
      // The starter is no model for chat.
      ...(path.resolve(file) === chat && chat !== path.resolve(starter) ? (['chat'] as const) : []),
    ];
  }

  #list(): Promise<InstalledModel[]> {
    this.#installed ??= this.#readInstalled();
    return this.#installed;
  }

  async #readInstalled(): Promise<InstalledModel[]> {
    const { places, starter, settings } = this.#parts;
    return listModels({
      places: { ...(await places()), starter, folders: settings().folders },
      registry: this.#registry,
      headers: this.#headers,
    });
  }

  async #models(): Promise<readonly CatalogueModel[]> {
    return (await this.#catalogues.read()).models;
  }

  async #fetchText(address: string, signal?: AbortSignal): Promise<string> {
    const response = await this.#parts.egress.request({
      purpose: 'catalogue',
      address,
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status !== 200) {
      response.discard();
      throw statusError(response);
    }
    return response.text(mostListingBytes);
  }

  async #planWorld(signal: AbortSignal): Promise<PlanWorld> {
    return {
      models: await this.#models(),
      folder: this.#registry.folder,
      hubHost: this.#parts.settings().hubHost,
      fetchText: (address) => this.#fetchText(address, signal),
    };
  }

  /** Which row an address belongs to. */
  async #keyOf(): Promise<(address: string) => string> {
    const { hubHost } = this.#parts.settings();
    const keys = new Map(
      (await this.#models())
        .flatMap(choicesOf)
        .flatMap((choice) =>
          choice.quantization.files.map(
            ({ address }) => [onHubHost(address, hubHost), nameOf(choice)] as const,
          ),
        ),
    );
    return (address) => keys.get(address) ?? keyOfAddress(address);
  }

  /** What predictions rest on; measured now if nothing tells yet. Null where nothing could be. */
  async #measurement(signal?: AbortSignal): Promise<SpeedMeasurement | null> {
    const { speeds, measure, probe } = this.#parts;
    const best = async (): Promise<SpeedMeasurement | null> => {
      const all = await speeds.all();
      return bestMeasurement(all, await this.#list(), probe.known(all));
    };
    const known = await best();
    if (known !== null && tells(known)) return known;
    const measured = await measure(signal);
    if (measured !== null) await speeds.note(measured.stamp, measured);
    const probed = measured === null && (await probe.run(signal));
    signal?.throwIfAborted();
    if (measured !== null || probed) this.changed();
    return best();
  }
}
