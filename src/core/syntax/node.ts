/** A place in a text: row and column from 0, the column in UTF-16 units. */
export interface SyntaxPoint {
  readonly row: number;
  readonly column: number;
}

/**
 * A node of a syntax tree: what the core uses of web-tree-sitter's `Node`, which satisfies it structurally. Offsets
 * are UTF-16 units of the parsed text; `endIndex` is exclusive.
 */
export interface SyntaxNode {
  readonly id: number;
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: SyntaxPoint;
  readonly endPosition: SyntaxPoint;
  /** False for punctuation and keywords. */
  readonly isNamed: boolean;
  /** True for comments and other nodes that may stand anywhere. */
  readonly isExtra: boolean;
  readonly isError: boolean;
  /** True for a token that the parser put in to go on; it has no text. */
  readonly isMissing: boolean;
  /** True where the node is, or contains, an error or a missing token. */
  readonly hasError: boolean;
  readonly childCount: number;
  readonly children: readonly SyntaxNode[];
  readonly parent: SyntaxNode | null;
  readonly previousNamedSibling: SyntaxNode | null;
  childForFieldName(name: string): SyntaxNode | null;
  /** The smallest node that covers the range. */
  descendantForIndex(start: number, end?: number): SyntaxNode | null;
}

/** Where a node stands and what it is. */
export type SyntaxSpan = Pick<SyntaxNode, 'type' | 'startIndex' | 'endIndex'>;

/** One match of a query: the nodes by the names under which the query captures them. */
export interface SyntaxMatch<Node extends SyntaxSpan = SyntaxNode> {
  readonly captures: readonly { readonly name: string; readonly node: Node }[];
}
