import type { ImportedModule } from '../../syntax/imports.ts';

/** What resolution asks of an index of one workspace folder; paths are relative to it with '/'. */
export interface PathLookup {
  /** Whether exactly this file is indexed. */
  has(path: string): boolean;
  /** Paths of the indexed files directly in a folder ('' is the workspace folder), sorted. */
  filesIn(folder: string): readonly string[];
  /** Paths of the indexed files with this base name, sorted. */
  named(baseName: string): readonly string[];
  /** Paths of the folders with this base name that hold an indexed file directly, sorted. */
  foldersNamed(baseName: string): readonly string[];
}

/** What a specifier stands for; a `*` in the pattern is what takes the place of the `*` in a target. */
export interface PathPattern {
  readonly pattern: string;
  /** Paths relative to the workspace folder, likeliest first; perhaps without their extension. */
  readonly targets: readonly string[];
}

/** What a tsconfig.json or jsconfig.json says, with what it extends. Paths are relative to the workspace folder. */
export interface TsconfigFacts {
  /** Where the file lies. */
  readonly folder: string;
  readonly baseUrl: string | null;
  readonly paths: readonly PathPattern[];
}

/** What a package.json says. Paths are relative to the workspace folder. */
export interface PackageFacts {
  readonly folder: string;
  readonly name: string;
  /** Where its main module may lie, likeliest first; perhaps without the extension. */
  readonly entry: readonly string[];
  /** Its `exports` (`@acme/ui/button`) and `imports` (`#util`), by the whole specifier. */
  readonly subpaths: readonly PathPattern[];
}

/** What configuration files say; see src/workspace/projectFiles.ts. Folders are relative to the workspace folder. */
export interface ProjectFacts {
  /** The first of a folder goes first. */
  readonly tsconfigs: readonly TsconfigFacts[];
  readonly packages: readonly PackageFacts[];
  readonly goModules: readonly { readonly folder: string; readonly module: string }[];
  /** Crates by the name that `use` knows them by, or with `-` for `_`; `library` is the file that it starts from. */
  readonly crates: readonly { readonly folder: string; readonly name: string; readonly library: string }[];
  /** PSR-4: classes below the namespace `prefix` lie below the folder `target` (from the workspace folder). */
  readonly composer: readonly { readonly folder: string; readonly prefix: string; readonly target: string }[];
}

/** A project without configuration files. */
export const noProjectFacts: ProjectFacts = {
  tsconfigs: [],
  packages: [],
  goModules: [],
  crates: [],
  composer: [],
};

/** An import and the files that it stands for. */
export interface ResolvedImport {
  /** As written; `.` for what a file sees without an import: the rest of its package, or its header. */
  readonly specifier: string;
  /** Indexed files, sorted. */
  readonly paths: readonly string[];
  /** What is taken from them, as they name it; empty for all of it. */
  readonly names: readonly string[];
  /** Whether the file offers them as its own. */
  readonly reexport: boolean;
}

/** Some of what an import stands for: files, and what is taken from them (empty for all of it). */
export interface Target {
  readonly paths: readonly string[];
  readonly names: readonly string[];
}

/** The file that imports, and what is known around it. */
export interface ImportSite {
  readonly from: string;
  readonly folder: string;
  readonly lookup: PathLookup;
  readonly project: ProjectFacts;
}

/** How a language finds what it imports. */
export interface Resolver {
  /** What one import stands for. */
  readonly imported: (module: ImportedModule, site: ImportSite) => readonly Target[];
  /** The files that a file sees without an import. */
  readonly implicit?: (site: ImportSite) => readonly string[];
}
