import { userRefactorFolder } from '../../core/refactor/userKinds.ts';

/** Why the refactors of a project are not used, in a sentence; null: they may be. */
export function whyNoProjectRefactors(isTrusted: boolean, folders: number): string | null {
  if (folders === 0)
    return `No folder is open: refactors of a project are files of its folder ${userRefactorFolder}.`;
  return isTrusted
    ? null
    : 'Refactors of the project are used in trusted workspaces only: trust this one with Workspaces: Manage Workspace Trust.';
}
