import { fitsGlobs } from './glob.ts';
import { anyOf, foldersOf, quoted, within, type ProjectFiles, type Recognition } from './recognition.ts';

/** RSpec's own (https://rspec.info/), those of Minitest::TestTask and of Rails, and that of Rake::TestTask. */
const specFiles = ['spec/**/*_spec.rb'];
const minitestFiles = ['test/**/{test_*,*_test}.rb'];
const rakeFiles = ['test/test*.rb'];

/** Whether RSpec, or Minitest, runs a file. */
export async function rubyRecognition(path: string, files: ProjectFiles): Promise<Recognition> {
  for (const folder of foldersOf(path)) {
    const [settings, gems, rake] = await Promise.all(
      ['.rspec', 'Gemfile', 'Rakefile'].map((name) => files.text(folder + name)),
    );
    const found: Recognition[] = [];
    const own = within(folder, path);
    if (settings != null || /\brspec\b/.test(gems ?? '')) {
      const set = /(?:--pattern|-P)[\s=]+["']?([^\s"']+)/.exec(settings ?? '')?.[1];
      found.push(
        recognised('RSpec', own, set?.split(',') ?? specFiles, { folder, path, by: set && '.rspec' }),
      );
    }
    if (/\bTestTask\b/.test(rake ?? '') || /\b(?:minitest|test-unit|rails)\b/.test(gems ?? '')) {
      const written = Array.from(
        (rake ?? '').matchAll(
          /\b(?:pattern|test_globs)\s*=\s*\[?\s*["']([^"']+)["']|FileList\[\s*["']([^"']+)["']/g,
        ),
        ([, pattern, list]) => pattern ?? list ?? '',
      );
      const isComputed = /\b(?:pattern|test_globs|test_files)\s*=/.test(rake ?? '') && written.length === 0;
      const isRake = /\bRake::TestTask\b/.test(rake ?? '');
      const usual = isRake && !/\brails\b/.test(gems ?? '') ? rakeFiles : minitestFiles;
      found.push(
        isComputed
          ? { kind: 'unknown', detail: `Whether Minitest runs ${path} can't be told from ${folder}Rakefile.` }
          : recognised('Minitest', own, written.length > 0 ? written : usual, {
              ...{ folder, path, by: written.length > 0 ? 'Rakefile' : undefined },
            }),
      );
    }
    if (found.length > 0) return anyOf(found);
  }
  return { kind: 'none' };
}

function recognised(
  runner: string,
  own: string,
  globs: readonly string[],
  { folder, path, by }: { folder: string; path: string; by: string | undefined },
): Recognition {
  const fits = fitsGlobs(own, globs);
  if (fits === true) return { kind: 'run', detail: `${runner} runs ${path}.` };
  if (fits === null)
    return { kind: 'unknown', detail: `Whether ${runner} runs ${path} can't be told from ${quoted(globs)}.` };
  const source = by === undefined ? `which ${runner} looks for by itself` : folder + by;
  return {
    ...{ kind: 'skipped', patterns: globs.map((glob) => folder + glob) },
    detail: `${runner} does not run ${path}: it fits none of ${quoted(globs)} (${source}).`,
  };
}
