const testPath = /(^|[/._-])(tests?|specs?|__tests__|testing|testdata|fixtures?|mocks?)([/._-]|$)/i;

/** Whether a path looks like that of a test or of what tests need. */
export function isTestPath(path: string): boolean {
  return testPath.test(path);
}
