import type { ConfigFile, ProjectFiles } from './recognition.ts';
import type { ScriptConfig } from './scriptConfig.ts';

/** How a runner is called in a package. */
export interface RunnerCall {
  readonly packageFile: ConfigFile;
  readonly packageConfig: ScriptConfig;
  /** The words behind its name; none where no script calls it. */
  readonly words: readonly string[];
  readonly isComputed: boolean;
  readonly files: ProjectFiles;
}
