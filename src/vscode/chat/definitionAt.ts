import * as vscode from 'vscode';

/** A language server that is slower is not waited for. */
const mostMs = 1_000;

const definitions: ReadonlySet<vscode.SymbolKind> = new Set([
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Struct,
]);

/** The innermost definition around a position, as the language server has it; null where it knows none in time. */
export async function definitionAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.Range | null> {
  const asked = vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, mostMs, undefined)));
  try {
    return innermost((await Promise.race([asked, late])) ?? [], position);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function innermost(
  symbols: readonly vscode.DocumentSymbol[],
  position: vscode.Position,
): vscode.Range | null {
  for (const { range, kind, children } of symbols) {
    // Servers of the older kind give places without children: they say nothing of what encloses what.
    if (!(range as vscode.Range | undefined)?.contains(position)) continue;
    return innermost(children, position) ?? (definitions.has(kind) ? range : null);
  }
  return null;
}
