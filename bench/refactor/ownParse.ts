import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';

const modules = path.join(import.meta.dirname, '../../node_modules');
const grammars: Readonly<Record<string, string>> = {
  '.ts': 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  '.js': 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  '.py': 'tree-sitter-python/tree-sitter-python.wasm',
  '.go': 'tree-sitter-go/tree-sitter-go.wasm',
  '.rs': 'tree-sitter-rust/tree-sitter-rust.wasm',
  '.rb': 'tree-sitter-ruby/tree-sitter-ruby.wasm',
};

/** Nodes that define something under a name, in all of these grammars. */
const defining =
  /^(?:(?:generator_)?function_(?:declaration|definition|item|signature|expression)|method(?:_definition|_declaration)?|singleton_method|(?:abstract_)?class(?:_declaration|_definition)?|interface_declaration|enum_(?:declaration|item)|type_(?:alias_declaration|spec|item)|struct_item|trait_item|mod_item|module|macro_definition|const_item|static_item)$/;
const functions = /function|method/;

/** What a file holds, by a parse that shares nothing with the product's but the grammars. */
export interface OwnFacts {
  /** Error and missing nodes. */
  readonly errors: number;
  /** How often each name is defined, but for what is inside of functions. */
  readonly names: ReadonlyMap<string, number>;
}

/** Parses files with grammars straight from their packages. */
export class OwnParse {
  readonly #parsers: ReadonlyMap<string, Parser>;

  private constructor(parsers: ReadonlyMap<string, Parser>) {
    this.#parsers = parsers;
  }

  static async load(): Promise<OwnParse> {
    await Parser.init();
    const parsers = new Map<string, Parser>();
    for (const [extension, file] of Object.entries(grammars)) {
      const language = await Language.load(readFileSync(path.join(modules, file)));
      parsers.set(extension, new Parser().setLanguage(language));
    }
    return new OwnParse(parsers);
  }

  facts(file: string, text: string): OwnFacts {
    const tree = this.#parsers.get(path.extname(file))?.parse(text);
    if (tree == null) throw new Error(`There is no grammar for ${file}.`);
    const names = new Map<string, number>();
    let errors = 0;
    const pending: { readonly node: Node; readonly inFunction: boolean }[] = [
      { node: tree.rootNode, inFunction: false },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, inFunction } = next;
      if (node.isError || node.isMissing) errors += 1;
      const isDefinition = node.isNamed && defining.test(node.type);
      const name = isDefinition ? node.childForFieldName('name')?.text : undefined;
      if (name !== undefined && !inFunction) names.set(name, (names.get(name) ?? 0) + 1);
      const inside = inFunction || (isDefinition && functions.test(node.type));
      // Only errors are of interest in a function.
      if (inside && !node.hasError) continue;
      for (const child of node.children)
        if (child !== null) pending.push({ node: child, inFunction: inside });
    }
    tree.delete();
    return { errors, names };
  }
}
