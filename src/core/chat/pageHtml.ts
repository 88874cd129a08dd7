/** Where the page's parts are, as its frame may load them. */
export interface ChatPageParts {
  /** Made anew for each page, of letters and digits: only a script that carries it runs. */
  readonly nonce: string;
  /** The source that the frame's own files come from, as a content security policy writes it. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
}

/**
 * The chat's page, before its script runs: the landmarks and the box are there already, so that the first thing that
 * is painted looks like what follows. Nothing in it may run or load but the one script and the one style sheet.
 */
export function chatPageHtml({ nonce, cspSource, scriptUri, styleUri }: ChatPageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hearth Chat</title>
<link rel="stylesheet" href="${escapeAttribute(styleUri)}">
</head>
<body>
<div id="page">
<main class="chat" aria-label="Hearth chat" aria-busy="true">
<div class="conversation"></div>
<form class="ask" aria-label="Ask Hearth"><div class="box skeleton"></div></form>
</main>
</div>
<script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
