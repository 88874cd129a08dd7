/** Lines on a square of 16, drawn for this page: VS Code gives its pages no icons. */
const paths = {
  add: 'M8 3v10M3 8h10',
  history: 'M3.2 5.6A5.5 5.5 0 1 1 2.5 8M3 2.8v3h3M8 5v3.2l2.2 1.3',
  export: 'M8 10V2.5M5.2 5 8 2.2 10.8 5M3.5 8.5v5h9v-5',
  back: 'M13 8H3.5M7 4 3 8l4 4',
  send: 'M8 13.5V3M3.8 7 8 2.8 12.2 7',
  stop: 'M4.5 4.5h7v7h-7z',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3.2L13 4.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  apply: 'M9 2.5H4v11h8v-2M9 2.5 12 5.5v1M9 2.5v3h3M14 9H7.5M9.7 6.8 7.4 9l2.3 2.2',
  insert: 'M2.5 3h11M2.5 13h11M2.5 8h6M11 5.7 13.4 8 11 10.3M13.2 8H8.5',
  newFile: 'M9 2.5H4v11h4M9 2.5 12 5.5v2M9 2.5v3h3M11.5 10v4M9.5 12h4',
  commit: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v4M8 10.5v4',
  edit: 'm3 13 .6-2.8L10.8 3l2.2 2.2-7.2 7.2zM9.5 4.3l2.2 2.2',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4',
  retry: 'M13 8a5 5 0 1 1-1.5-3.6L13 6M13 2.5V6H9.5',
  previous: 'm10 3.5-4.5 4.5 4.5 4.5',
  next: 'm6 3.5 4.5 4.5L6 12.5',
  down: 'M8 2.5v10M3.8 8.5 8 12.8l4.2-4.3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3 14 14',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  folder: 'M2 4h4.5l1.5 1.8h6v7.2H2z',
  symbol: 'M8 2 13 4.8v6.4L8 14l-5-2.8V4.8zM3.2 5 8 7.6 12.8 5M8 7.6V14',
  selection: 'M2.5 4.5h7M2.5 8h11M2.5 11.5h8',
  problems: 'M8 2.5 14.2 13H1.8zM8 6.5v3M8 11v.6',
  diff: 'M8 3v5M5.5 5.5h5M5.5 11.5h5M2.5 1.5h11v13h-11z',
  terminal: 'M2 3h12v10H2zM4.5 6 6.8 8l-2.3 2M8 10.5h3.5',
  workspace: 'M2.5 2.5h5v5h-5zM9.5 2.5h4v4h-4zM2.5 9.5h5v4h-5zM9.5 8.5h4v5h-4z',
  instructions: 'M3.5 2.5h8a1 1 0 0 1 1 1v10h-8a1 1 0 0 1-1-1zM3.5 12a1.5 1.5 0 0 1 1.2-1h7.8M6 5.5h4M6 8h3',
  mention: 'M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0Zm0-2.5V9a1.6 1.6 0 0 0 3.2 0V8a6 6 0 1 0-2.5 4.9',
  command: 'M10 2.5 6 13.5',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.2v3.8M8 4.8v.6',
  tool: 'M13.3 4.6a3.4 3.4 0 0 1-4.6 4.2l-4.4 4.4-1.5-1.5 4.4-4.4a3.4 3.4 0 0 1 4.2-4.6L9.3 4.8l.4 1.5 1.5.4z',
  thought: 'M5.5 11.5a4.5 4.5 0 1 1 5 0v1.5h-5zM6 15h4',
  book: 'M8 4.2C6.5 3 4.5 2.8 2.5 3v9.5c2-.2 4 0 5.5 1.2 1.5-1.2 3.5-1.4 5.5-1.2V3c-2-.2-4 0-5.5 1.2zm0 0v9.5',
  local: 'M2.5 3h11v7.5h-11zM5.5 13.5h5M8 10.5v3',
  network: 'M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5',
  cloud: 'M4.6 12.5h7a2.7 2.7 0 0 0 .5-5.4 4 4 0 0 0-7.7-.8 3.1 3.1 0 0 0 .2 6.2Z',
  bad: 'M11 3v6.3L8.4 14c-1 0-1.6-.7-1.6-1.6l.6-3.1H3.9a1.2 1.2 0 0 1-1.2-1.4l.7-3.9a1.2 1.2 0 0 1 1.2-1zM11 3h2.5v6.3H11',
  rule: 'M3 3v10M3 5.5h6.5a2 2 0 0 1 2 2V11M9.3 9l2.2 2.3L13.7 9',
  preview: 'M1.5 8S4 3.6 8 3.6 14.5 8 14.5 8 12 12.4 8 12.4 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  flame:
    'M8.3 1.5c.4 2.6 3.9 4.3 3.9 7.9a4.2 4.2 0 0 1-8.4 0c0-1.7.8-2.9 1.7-3.9.2 1.2.7 1.8 1.3 2.1-.2-2.2-.1-4.4 1.5-6.1ZM8 13.5a2 2 0 0 0 2-2c0-1.2-.9-1.8-1.6-2.9-.8 1-2.3 1.5-2.3 3A1.9 1.9 0 0 0 8 13.5Z',
} as const;

export type IconName = keyof typeof paths;

/** A picture beside words, or in a button that has a name: it says nothing by itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      class={name === 'stop' ? 'icon filled' : 'icon'}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** The picture for a codicon's name, or for one of these, as suggestions carry it. */
export function iconOfCodicon(codicon: string): IconName {
  if (codicon in paths) return codicon as IconName;
  if (codicon.startsWith('symbol-')) return 'symbol';
  return codicon === 'warning' ? 'problems' : 'mention';
}
